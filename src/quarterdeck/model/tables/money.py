"""Money the company has, owes and is owed."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w

RATES = {
    "overhead": ("overheads", "gemeinkosten", "frais généraux", "gastos generales"),
    "holding": ("stock holding", "carrying", "lagerkosten", "stockage", "almacenaje"),
    "labour": ("labor", "wage", "lohn", "main d'œuvre", "mano de obra"),
    "overtime": ("überstunden", "heures supplémentaires", "horas extra"),
    "late": ("lateness", "penalty", "vertragsstrafe", "pénalité", "penalización"),
    "expedite": ("express", "rush", "eilzuschlag", "urgence", "urgente"),
    "hire": ("hiring", "recruitment", "einstellung", "embauche", "contratación"),
    "leave": ("lay off", "layoff", "let go", "severance", "entlassung", "abfindung", "licenciement", "despido"),
    "credit": ("interest", "zins", "intérêt", "interés"),
}
REPEATS = {
    "once": ("one-off", "single", "einmal", "une fois", "una vez"),
    "week": ("weekly", "wöchentlich", "hebdomadaire", "semanal"),
    "month": ("monthly", "monatlich", "mensuel", "mensual"),
    "quarter": ("quarterly", "vierteljährlich", "trimestriel", "trimestral"),
    "year": ("yearly", "annual", "jährlich", "annuel", "anual"),
}


class CostRates(dy.Schema):
    rate = c.choice(
        "What it is the rate of: overhead and holding as share, labour per hour, overtime as factor, expedite as share of the value, late per day as share of value, hire and leave per person hired or let go (levelling hires only where the rate of hiring is there), credit as share a year",
        RATES,
        key=True,
        also="en: kind, type, rate name | de: Art | fr: type | es: tipo",
    )
    scope = c.code(
        "Work centre, skill, site or family it holds for; empty means all",
        key=True,
        default="",
        also="en: applies to, object | de: Bereich | fr: portée | es: ámbito",
    )
    value = c.number(
        "The rate",
        unit="by rate",
        required=True,
        also="en: rate value, value, amount | de: Wert, Satz | fr: valeur, taux | es: valor, tasa",
    )


class CashAccounts(dy.Schema):
    account = c.code(
        "Bank or cash account",
        key=True,
        also="en: bank account, cash account, bank | de: Konto | fr: compte | es: cuenta",
    )
    date = c.day(
        "Day of the balance", required=True, also="en: as of, balance date | de: Datum, Stichtag | fr: date | es: fecha"
    )
    balance = c.money(
        "Money in it on that day",
        minimum=None,
        required=True,
        also=w.AMOUNT + " | en: opening cash, opening balance | de: Saldo | fr: solde | es: saldo",
    )
    credit_limit = c.money(
        "How far it may be overdrawn",
        default=0,
        also="en: overdraft, credit line | de: Kreditlinie | fr: découvert | es: línea de crédito",
    )


class FixedCashLines(dy.Schema):
    line = c.code(
        "Code of the payment: rent, wages, loan",
        key=True,
        also="en: name, cash line, payment | de: Zahlung, Position | fr: ligne, paiement | es: línea, pago",
    )
    description = c.text("What it is", also=w.NAME)
    amount = c.money("Positive comes in, negative goes out", minimum=None, required=True, also=w.AMOUNT)
    date = c.day("First date", required=True, also="en: first date, start, due | de: Datum | fr: date | es: fecha")
    repeats = c.choice(
        "How often",
        REPEATS,
        default="month",
        also="en: frequency, every, interval | de: Rhythmus, Häufigkeit | fr: fréquence | es: frecuencia",
    )
    until = c.day("Last date; empty means without end", also=w.END)
    category = c.text("Heading in reports", also="en: type, group | de: Art | fr: catégorie | es: categoría")
