"""Where and when the company works."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w


class Sites(dy.Schema):
    site = c.code("Code of the site", key=True, also=w.SITE)
    name = c.text("Name for people", also=w.NAME)
    time_zone = c.text("IANA time zone, such as Europe/Berlin", default="UTC", also="en: timezone, tz | de: Zeitzone | fr: fuseau horaire | es: zona horaria")
    calendar = c.code("Working time of the site; empty means always open", references="calendars", also=w.CALENDAR)
    latitude = c.number("North positive", unit="degrees", minimum=-90, maximum=90, also=w.LATITUDE)
    longitude = c.number("East positive", unit="degrees", minimum=-180, maximum=180, also=w.LONGITUDE)
    country = c.text("ISO 3166 code, for holidays", also="en: country code | de: Land | fr: pays | es: país")


class Calendars(dy.Schema):
    calendar = c.code("Code of the calendar", key=True, also=w.CALENDAR)
    name = c.text("Name for people", also=w.NAME)
    open_by_default = c.flag("Whether time without any shift is working time", default=False, also="en: default value, always open")
    holidays = c.text("ISO country code whose public holidays are closed, such as DE or US-CA", also="en: public holidays | de: Feiertage | fr: jours fériés | es: festivos")


class Shifts(dy.Schema):
    calendar = c.code("Calendar the shift belongs to", key=True, references="calendars", also=w.CALENDAR)
    shift = c.code("Name of the shift within the calendar", key=True, also="en: shift name, pattern | de: Schicht | fr: équipe, poste | es: turno")
    weekdays = c.text("Days on which it starts: mon-fri, or mon,wed,sat", default="mon-fri", also="en: weekday, days, day of week | de: Wochentage, Wochentag | fr: jours, jour de semaine | es: días, día de la semana")
    start_time = c.clock_time("First minute of work", required=True, also="en: start, from, begins | de: Beginn, von | fr: début, heure de début | es: inicio, hora de inicio")
    end_time = c.clock_time("End of work; earlier than the start means the next day", required=True, also="en: end, to, ends | de: Ende, bis | fr: fin, heure de fin | es: fin, hora de fin")
    valid_from = c.day("First day of validity", also=w.VALID_FROM)
    valid_to = c.day("Last day of validity", also=w.VALID_TO)
    working = c.flag("No for a break inside another shift", default=True, also="en: works, value, open")
    overtime = c.flag("Whether it is overtime: worked only in weeks in which that pays, at the rate of overtime", default=False, also="en: is overtime, extra shift, overtime shift | de: Überstunden, Mehrarbeit, Zusatzschicht | fr: heures supplémentaires | es: horas extra")


class CalendarExceptions(dy.Schema):
    calendar = c.code("Calendar it changes", key=True, references="calendars", also=w.CALENDAR)
    start = c.moment("First moment of the exception", key=True, also=w.START)
    end = c.moment("Last moment of the exception", date_only="end", required=True, also=w.END)
    working = c.flag("Yes for extra working time, no for a closure", default=False, also="en: open, works, value")
    overtime = c.flag("Whether the extra working time is overtime: worked only in weeks in which that pays", default=False, also="en: is overtime, overtime shift | de: Überstunden, Mehrarbeit | fr: heures supplémentaires | es: horas extra")
    note = c.text("Reason, such as stocktaking", also=w.NOTE)


class Settings(dy.Schema):
    setting = c.code("Name of the setting, such as currency", key=True, also="en: parameter, name, option | de: Einstellung | fr: paramètre | es: ajuste")
    value = c.text("Its value", also="en: setting value | de: Wert | fr: valeur | es: valor")
