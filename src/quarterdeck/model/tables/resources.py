"""What work is done on, by whom, and how."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w

COUNTED = {
    "in_turn": ("", "detailed", "one after the other", "default", "nacheinander", "en détail"),
    "by_day": ("day", "daily", "täglich", "par jour", "por día"),
    "by_week": ("week", "weekly", "wöchentlich", "par semaine", "por semana"),
    "by_month": ("month", "monthly", "monatlich", "par mois", "por mes"),
}


class WorkCentres(dy.Schema):
    work_centre = c.code("Code of the work centre: a group of like machines, a team, a room", key=True, also=w.WORK_CENTRE + " | " + w.MACHINE)
    name = c.text("Name for people", also=w.NAME)
    site = c.code("Site it stands at", default="main", references="sites", also=w.SITE)
    calendar = c.code("Working time; empty means the site's", references="calendars", also=w.CALENDAR)
    units = c.whole("How many jobs it does at once where no machines are listed", default=1, maximum=10_000, also="en: capacity, number of machines, maximum, count, number, how many | de: Anzahl, Kapazität | fr: capacité, nombre | es: capacidad, número")
    hourly_cost = c.money("Cost of one hour of one unit", unit="currency/hour", default=0, also="en: cost rate, rate, hourly rate, machine rate, cost per hour | de: Stundensatz, Maschinenstundensatz | fr: taux horaire, coût horaire | es: tarifa horaria, coste por hora")
    efficiency = c.number("Output relative to the standard times", unit="share", above=0.0, default=1.0, maximum=100, also="en: efficiency, speed | de: Leistungsgrad | fr: efficacité | es: eficiencia")
    operators = c.number("People needed while it runs", unit="people", default=0.0, maximum=1000, also="en: crew, crew size, people needed | de: Bediener, Personalbedarf | fr: opérateurs | es: operarios")
    batch_capacity = c.quantity("Units that fit in at once where orders of one set-up family run together (oven, bath, kiln); empty: one order at a time", above=0.0, also="en: oven capacity, load capacity, kiln capacity | de: Ofenkapazität, Chargenkapazität | fr: capacité du four | es: capacidad del horno")
    batch_minimum = c.quantity("Units that a load waits for, unless an order would be late or nothing else of the family will come", default=0.0, also="en: minimum fill, min fill, minimum load | de: Mindestfüllung | fr: remplissage minimum | es: carga mínima")
    waiting_places = c.whole("Orders that may wait before it for coming from the step before; the step before begins only if one is free in time; empty: any number", maximum=10_000, also="en: buffer, buffer capacity, waiting room, queue limit | de: Pufferplätze, Puffer | fr: places d'attente, tampon | es: plazas de espera")
    setup_skill = c.code("Skill of those who set up, and who are busy with it until the work begins; as many set-ups at once as there are people with it; empty: whoever does the work", also="en: setup crew, set-up crew, setter, setup team, setter skill | de: Einrichter, Rüstteam, Rüster | fr: régleur, équipe de réglage | es: preparador, equipo de preparación")
    pausable = c.flag("Whether an operation may pause over closed time", default=True, also="en: may pause, interruptible, splittable")
    counted = c.choice("How its time is planned: order after order, or as hours of each day, week or month in which they fit in any order", COUNTED, default="in_turn", also="en: bucket, capacity bucket, capacity counted | de: Kapazitätsraster | fr: maille de capacité | es: período de capacidad")
    bucket_hours = c.number("Hours of work that fit in each day, week or month, where it is counted so; empty: its working time", unit="h", maximum=1e6, also="en: hours per bucket, capacity per bucket | de: Stunden je Periode | fr: heures par période | es: horas por período")


class Machines(dy.Schema):
    machine = c.code("Code of the machine", key=True, also=w.MACHINE)
    name = c.text("Name for people", also=w.NAME)
    work_centre = c.code("Work centre it belongs to", required=True, references="work_centres", also=w.WORK_CENTRE)
    calendar = c.code("Working time; empty means the work centre's", references="calendars", also=w.CALENDAR)
    efficiency = c.number("Speed relative to the standard times", unit="share", above=0.0, default=1.0, maximum=100, also="en: efficiency, speed, speed factor, efficiency % | de: Leistungsgrad | fr: efficacité | es: eficiencia")
    available_from = c.moment("First moment it can be used", also=w.VALID_FROM)
    available_to = c.moment("Last moment it can be used", date_only="end", also=w.VALID_TO)
    setup_family = c.text("What it is set up for now", also="en: current setup, set up for | de: Rüstzustand | fr: réglage actuel | es: preparación actual")


class Tools(dy.Schema):
    tool = c.code("Code of the tool, mould or fixture", key=True, also=w.TOOL)
    name = c.text("Name for people", also=w.NAME)
    units = c.whole("How many there are", default=1, maximum=10_000, also="en: count, number, how many, quantity, pieces | de: Anzahl, Stück | fr: nombre, quantité | es: número, cantidad")


class MaintenanceWindows(dy.Schema):
    maintenance = c.code("Code of the maintenance", key=True, also="en: maintenance order, maintenance no, maintenance number, service order | de: Wartung, Wartungsauftrag, Wartungsnummer, Instandhaltungsauftrag | fr: entretien, maintenance, ordre d'entretien | es: mantenimiento, orden de mantenimiento")
    name = c.text("What is done", also=w.NAME)
    work_centre = c.code("Work centre whose machines are all maintained, each for itself, where no machine is named", references="work_centres", also=w.WORK_CENTRE)
    machine = c.code("Machine that is maintained", references="machines", also=w.MACHINE)
    earliest_start = c.moment("First moment it may begin", required=True, also=w.START + " | en: earliest, not before, window start | de: frühester Beginn, frühestens, Fensterbeginn | fr: au plus tôt | es: lo antes posible")
    latest_end = c.moment("Last moment it may end", date_only="end", required=True, also=w.END + " | en: latest, not after, deadline, window end | de: spätestes Ende, spätestens, Fensterende | fr: au plus tard | es: a más tardar")
    duration_hours = c.number("Working time of the machine that it takes, somewhere between the two; empty: fixed, all of the time between them", unit="h", above=0.0, maximum=1e5, also="en: duration, hours, length | de: Dauer, Stunden, Dauer Stunden | fr: durée, heures | es: duración, horas")
    note = c.text("Why", also=w.NOTE)


class People(dy.Schema):
    person = c.code("Code of the person", key=True, also=w.PERSON)
    name = c.text("Name for people", also=w.NAME)
    site = c.code("Where the person works", default="main", references="sites", also=w.SITE)
    calendar = c.code("Working time; empty means the site's", references="calendars", also=w.CALENDAR)
    hourly_cost = c.money("Cost of one hour", unit="currency/hour", default=0, also="en: rate, wage, hourly rate, pay rate, labour rate | de: Stundensatz, Stundenlohn | fr: taux horaire | es: tarifa horaria")
    team = c.text("Team or department", also="en: department, group | de: Abteilung, Team | fr: équipe, service | es: equipo, departamento")


class PersonSkills(dy.Schema):
    person = c.code("Person", key=True, references="people", also=w.PERSON)
    skill = c.code("What the person can do", key=True, also=w.SKILL)
    level = c.number("Speed relative to the standard", unit="share", above=0.0, default=1.0, maximum=10, also="en: proficiency, efficiency | de: Stufe | fr: niveau | es: nivel")


class Operations(dy.Schema):
    item = c.code("Item that is made", key=True, references="items", also=w.ITEM + w.SERVICE)
    routing = c.code("Way of making it, where there are several", key=True, default="main", also=w.ROUTING)
    sequence = c.whole("Order of the steps: 10, 20, 30", key=True, also=w.SEQUENCE + " | en: task, task no, task number | de: Aufgabe | fr: tâche | es: tarea")
    name = c.text("What is done", also=w.NAME)
    work_centre = c.code("Where it is done; empty means nowhere in particular", references="work_centres", also=w.WORK_CENTRE + " | en: machine | " + w.MACHINE)
    predecessors = c.text("Earlier steps that must be done before it, such as 10, 20; empty: the step before. The last step waits for all others", also="en: predecessor, after, depends on, dependency, dependencies, preceded by, previous tasks | de: Vorgänger, nach | fr: prédécesseur, prédécesseurs, après | es: predecesor, predecesores, después de")
    setup_minutes = c.number("Time to make ready, once an order", unit="min", default=0.0, maximum=1e6, also="en: setup time, set-up time, setup, changeover | de: Rüstzeit, Rüsten | fr: temps de réglage, réglage | es: tiempo de preparación, preparación")
    run_minutes = c.number("Time per unit, or per batch where a batch size is given", unit="min", default=0.0, maximum=1e6, also="en: run time, runtime, cycle time, time per unit, unit time, processing time, duration per unit | de: Stückzeit, Bearbeitungszeit, Laufzeit | fr: temps unitaire, temps de cycle | es: tiempo por unidad, tiempo de ciclo")
    fixed_minutes = c.number("Time per order whatever its quantity", unit="min", default=0.0, maximum=1e7, also="en: fixed time, duration, processing time per order, hours, effort, effort hours, estimate, estimated hours | de: Dauer, Aufwand, Stunden | fr: durée, heures, charge | es: duración, horas, esfuerzo")
    batch_size = c.quantity("Units that run together", above=0.0, also="en: batch, batch quantity | de: Chargengröße | fr: taille de lot | es: tamaño de lote")
    transfer_batch = c.quantity("Units after which the next step may begin; empty: after all of them", above=0.0, also="en: transfer lot, overlap quantity | de: Transportlos, Weitergabemenge | fr: lot de transfert | es: lote de transferencia")
    skill = c.code("Skill a person needs; empty means nobody attends", also=w.SKILL)
    tool = c.code("Tool, mould or fixture that it holds from set-up to end; empty: none", references="tools", also=w.TOOL)
    bucket_minutes = c.number("Time that one unit takes of a work centre that is counted by day, week or month; empty: its set-up and run time", unit="min", maximum=1e6, also="en: load per unit, capacity per unit | de: Last je Stück | fr: charge unitaire")
    bucket_fixed_minutes = c.number("Time that an order takes of such a work centre whatever its quantity, beside that of its units", unit="min", default=0.0, maximum=1e7, also="en: fixed load, fixed capacity | de: feste Last | fr: charge fixe | es: carga fija")
    setup_family = c.text("Operations of one family follow each other without change-over", also="en: family, colour, setup group | de: Rüstfamilie, Rüstgruppe, Farbe | fr: famille de réglage | es: familia de preparación")
    queue_hours = c.number("Wait before the operation", unit="h", default=0.0, maximum=1e5, also="en: queue time, wait time | de: Wartezeit, Liegezeit | fr: temps d'attente | es: tiempo de espera")
    move_hours = c.number("Transport after the operation", unit="h", default=0.0, maximum=1e5, also="en: move time, transport time | de: Transportzeit | fr: temps de transport | es: tiempo de traslado")
    buffer_hours = c.number("Time planned after the operation as protection; given up where time is short", unit="h", default=0.0, maximum=1e5, also="en: post operation time, buffer time, safety time | de: Pufferzeit, Sicherheitszeit | fr: temps tampon | es: tiempo de protección")
    maximum_wait_hours = c.number("Longest time from its end to the beginning of the work of the next step, such as the shelf life of what it makes; empty: any", unit="h", maximum=1e5, also="en: maximum wait, shelf life hours, time limit, maximum lag | de: höchste Wartezeit, Haltbarkeit Stunden | fr: attente maximum | es: espera máxima")
    unbroken = c.flag("Whether it may not pause over closed time, wherever it is done", default=False, also="en: no pause, not interruptible, in one go | de: ununterbrochen | fr: sans interruption | es: sin interrupción")
    yield_share = c.fraction("Share of the pieces that come out good", default=1.0, also="en: yield | de: Ausbeute | fr: rendement | es: rendimiento")
    quota = c.fraction("Share of the item's quantity made by this routing, on any of its steps; empty: made by the main routing", also="en: split, routing share, split percentage | de: Quote, Quotierung | fr: quota | es: cuota")
    cost = c.money("Price of one unit when the work is done outside", unit="currency/unit", default=0, also="en: subcontract cost, outside cost | de: Fremdbearbeitung | fr: sous-traitance | es: subcontratación")


class OperationAlternates(dy.Schema):
    item = c.code("Item that is made", key=True, references="items", also=w.ITEM)
    routing = c.code("Way of making it", key=True, default="main", also=w.ROUTING)
    sequence = c.whole("Step", key=True, also=w.SEQUENCE)
    work_centre = c.code("Where else it can be done", key=True, references="work_centres", also="en: alternate, alternative work centre | de: Ausweicharbeitsplatz | fr: poste alternatif | es: centro alternativo")
    priority = c.whole("1 is preferred", default=2, minimum=1, maximum=999, also=w.PRIORITY)
    time_factor = c.number("Run time relative to the preferred work centre", unit="share", above=0.0, default=1.0, maximum=100, also="en: factor, speed")


class SetupTimes(dy.Schema):
    work_centre = c.code("Work centre", key=True, references="work_centres", also=w.WORK_CENTRE)
    from_family = c.text("Family before; * means any other", key=True, also="en: from, from setup, before | de: von | fr: de | es: de")
    to_family = c.text("Family after; * means any other", key=True, also="en: to, to setup, after | de: nach | fr: vers | es: a")
    minutes = c.number("Time of the change-over", unit="min", default=0.0, maximum=1e6, also="en: duration, setup time, time | de: Dauer, Rüstzeit | fr: durée, temps | es: duración, tiempo")
    cost = c.money("Cost of the change-over besides time", default=0, also=w.COST)
