"""Header words that several tables share, so that each is written once."""

ITEM = (
    "en: item code, item number, item no, part, part number, part no, sku, product, product code, material, article,"
    " article number, article code, model, ingredient, raw material, dish"
    " | de: Artikel, Artikelnummer, Teil, Teilenummer, Material, Materialnummer, Produkt"
    " | fr: article, référence, code article, produit, pièce"
    " | es: artículo, código de artículo, producto, referencia, pieza"
)
SERVICE = " | en: service, treatment, procedure, project | de: Leistung, Behandlung, Projekt | fr: prestation, soin, projet | es: servicio, tratamiento, proyecto"
SITE = (
    "en: location, warehouse, plant, branch, facility, depot, stock location"
    " | de: Standort, Werk, Lager, Lagerort, Filiale | fr: lieu, entrepôt, dépôt, usine, établissement"
    " | es: sitio, ubicación, almacén, planta, centro"
)
NAME = (
    "en: description, title, label | de: Bezeichnung, Beschreibung, Benennung | fr: nom, désignation, libellé, description"
    " | es: nombre, descripción, denominación"
)
QUANTITY = (
    "en: qty, amount, units, pieces, pcs | de: Menge, Anzahl, Stück, Stückzahl | fr: quantité, qté, nombre"
    " | es: cantidad, cant, unidades"
)
ORDER = (
    "en: order number, order no, document, document number | de: Auftrag, Auftragsnummer, Bestellung, Bestellnummer, Beleg"
    " | fr: commande, numéro de commande, ordre, n° commande | es: pedido, número de pedido, orden, nº pedido"
)
LINE = "en: line number, line no, position, pos | de: Position, Pos, Zeile | fr: ligne, poste | es: línea, posición"
DUE = (
    "en: due, due date, required date, need date, requested date, delivery date, wanted date"
    " | de: Fällig, Fälligkeit, Liefertermin, Termin, Bedarfstermin, Wunschtermin"
    " | fr: échéance, date d'échéance, date de livraison, date requise, date souhaitée"
    " | es: vencimiento, fecha de vencimiento, fecha de entrega, fecha requerida"
)
CUSTOMER = (
    "en: client, customer code, customer number, account, buyer, patient, guest, sold to | de: Kunde, Kundennummer, Debitor"
    " | fr: client, code client | es: cliente, código de cliente"
)
SUPPLIER = (
    "en: vendor, supplier code, supplier number, vendor number | de: Lieferant, Lieferantennummer, Kreditor"
    " | fr: fournisseur, code fournisseur | es: proveedor, código de proveedor"
)
CALENDAR = (
    "en: working calendar, shift calendar, working hours, available | de: Kalender, Schichtkalender, Arbeitszeit"
    " | fr: calendrier, horaire | es: calendario, horario"
)
WORK_CENTRE = (
    "en: work center, workcentre, workcenter, work station, resource, resource group, cell, department, room,"
    " workstation, station, production line, bay"
    " | de: Arbeitsplatz, Arbeitsplatzgruppe, Maschinengruppe, Kostenstelle"
    " | fr: poste de travail, centre de charge, ressource | es: centro de trabajo, puesto de trabajo, recurso"
)
MACHINE = (
    "en: equipment, asset, machine code | de: Maschine, Anlage | fr: machine, équipement | es: máquina, equipo"
)
PERSON = (
    "en: employee, worker, operator, staff, person code, personnel number | de: Person, Mitarbeiter, Personalnummer"
    " | fr: personne, employé, salarié, opérateur | es: persona, empleado, trabajador, operario"
)
SKILL = "en: qualification, competence | de: Fähigkeit, Qualifikation | fr: compétence, qualification | es: habilidad, competencia"
TOOL = "en: mould, mold, fixture, jig, die, tooling, tool code, tool number | de: Werkzeug, Werkzeugnummer, Form, Vorrichtung | fr: outil, moule, outillage | es: herramienta, molde, utillaje"
ROUTING = "en: route, process plan, variant | de: Arbeitsplan, Fertigungsplan | fr: gamme | es: ruta, hoja de ruta"
SEQUENCE = (
    "en: operation, operation number, op, op no, step, seq | de: Arbeitsgang, Vorgang, AG, Folge"
    " | fr: opération, séquence, étape, phase | es: operación, secuencia, paso"
)
PRIORITY = "en: prio, rank, importance | de: Priorität, Rang | fr: priorité, rang | es: prioridad, rango"
PRICE = (
    "en: unit price, price per unit, list price, sales price, selling price, retail price, fee | de: Preis, Stückpreis, Einzelpreis, Verkaufspreis, VK-Preis, VK, Nettopreis"
    " | fr: prix, prix unitaire, prix de vente | es: precio, precio unitario, precio de venta"
)
START = "en: start date, from, begin, start | de: Beginn, von, Start, Anfang | fr: début, du, date de début | es: inicio, desde, comienzo"
END = "en: end date, to, until, end, finish | de: Ende, bis | fr: fin, au, date de fin | es: fin, hasta, final"
VALID_FROM = (
    "en: effective from, effective start, start date, from date | de: gültig ab, gültig von"
    " | fr: valable du, début de validité | es: válido desde, vigente desde"
)
VALID_TO = (
    "en: effective to, effective end, end date, to date | de: gültig bis"
    " | fr: valable au, fin de validité | es: válido hasta, vigente hasta"
)
PERIOD = (
    "en: date, week, month, period, period start, day, ds | de: Datum, Woche, Monat, Periode"
    " | fr: date, semaine, mois, période | es: fecha, semana, mes, período"
)
NOTE = "en: note, comment, remark, reason | de: Notiz, Bemerkung, Kommentar | fr: remarque, commentaire | es: nota, comentario, observación"
COST = "en: unit cost, standard cost, cost price, purchase price, buying price, purchasing price, purchase cost | de: Kosten, Stückkosten, Herstellkosten, Standardkosten, Einkaufspreis, EK-Preis, EK | fr: coût, coût unitaire, coût standard, prix d'achat | es: coste, costo, coste unitario, coste estándar, precio de compra"
AMOUNT = "en: value, sum, total | de: Betrag, Wert, Summe | fr: montant, valeur | es: importe, monto, valor"
LATITUDE = "en: lat | de: Breite, Breitengrad | fr: latitude | es: latitud"
LONGITUDE = "en: lon, lng, long | de: Länge, Längengrad | fr: longitude | es: longitud"
TERMS = "en: terms, payment term | de: Zahlungsbedingung, Zahlungsziel | fr: conditions de paiement | es: condiciones de pago"
UNIT = "en: uom, unit of measure, unit | de: Einheit, Mengeneinheit, ME | fr: unité, unité de mesure | es: unidad, unidad de medida, um"
