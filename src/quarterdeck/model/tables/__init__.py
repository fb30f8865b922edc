"""The tables of a company, each declared once; ``TABLES`` lists them in the order people fill them in."""

from __future__ import annotations

from quarterdeck.model.table import Table
from quarterdeck.model.tables import demand, goals, items, money, partners, places, resources, stock, supply

_DECLARED = (
    Table("settings", "Settings", "Company", "Currency and other facts of the whole company", places.Settings, "en: parameter, parameters, company | de: Einstellungen | fr: paramètres | es: ajustes"),
    Table("sites", "Sites", "Company", "Places that stock, make or deliver", places.Sites, "en: locations, warehouses, plants, location | de: Standorte, Lager, Werke | fr: sites, lieux, entrepôts | es: sitios, almacenes, plantas"),
    Table("calendars", "Calendars", "Company", "Named working times", places.Calendars, "en: calendar | de: Kalender | fr: calendriers | es: calendarios"),
    Table("shifts", "Shifts", "Company", "Weekly pattern of a calendar", places.Shifts, "en: working hours, shift pattern, calendar shifts | de: Schichten, Arbeitszeiten | fr: équipes, horaires | es: turnos, horarios"),
    Table("calendar_exceptions", "Calendar exceptions", "Company", "Dated closures and extra working time", places.CalendarExceptions, "en: exceptions, holidays, closures, calendar, downtime | de: Ausnahmen, Feiertage | fr: exceptions, fermetures | es: excepciones, festivos"),
    Table("customers", "Customers", "Partners", "Who buys", partners.Customers, "en: customer, clients | de: Kunden | fr: clients | es: clientes"),
    Table("suppliers", "Suppliers", "Partners", "Who supplies", partners.Suppliers, "en: supplier, vendors, vendor | de: Lieferanten | fr: fournisseurs | es: proveedores"),
    Table("payment_terms", "Payment terms", "Partners", "When invoices are paid", partners.PaymentTerms, "en: terms | de: Zahlungsbedingungen | fr: conditions de paiement | es: condiciones de pago"),
    Table("items", "Items", "Products", "Products, components, materials, services", items.Items, "en: item, products, parts, materials, articles, item master, product, services, supplies, catalog, catalogue, price list, product list, parts list, article list | de: Artikel, Artikelstamm, Teile, Materialien, Produkte | fr: articles, produits, pièces | es: artículos, productos, piezas"),
    Table("item_sites", "Items at sites", "Products", "Where an item is kept and how", items.ItemSites, "en: stocking, stock parameters, item locations | de: Lagerparameter, Artikel je Lager | fr: articles par site | es: artículos por almacén"),
    Table("bom_lines", "Bill of materials", "Products", "What goes into what", items.BomLines, "en: bom, bill of materials, bills of material, product structure, recipe | de: Stückliste, Stücklisten, Rezeptur | fr: nomenclature, nomenclatures, recette | es: lista de materiales, estructura, receta"),
    Table("work_centres", "Work centres", "Resources", "Groups of like machines, teams, rooms", resources.WorkCentres, "en: work centers, workcentres, workcenters, resources, resource, rooms, work stations, stations | de: Arbeitsplätze | fr: postes de travail | es: centros de trabajo"),
    Table("machines", "Machines", "Resources", "Single machines of the work centres", resources.Machines, "en: machine, equipment, assets | de: Maschinen, Anlagen | fr: machines, équipements | es: máquinas, equipos"),
    Table("people", "People", "Resources", "Who works", resources.People, "en: employees, staff, workers, operators, team | de: Personen, Mitarbeiter, Personal | fr: personnes, personnel, employés | es: personas, personal, empleados"),
    Table("person_skills", "Skills", "Resources", "Who can do what", resources.PersonSkills, "en: skills, qualifications, skill matrix, resource skill | de: Fähigkeiten, Qualifikationen | fr: compétences | es: habilidades, competencias"),
    Table("operations", "Operations", "Resources", "The steps by which an item is made", resources.Operations, "en: routing, routings, operation, process, tasks, task list, steps, work breakdown | de: Arbeitspläne, Arbeitsplan, Arbeitsgänge | fr: gammes, opérations | es: rutas, operaciones"),
    Table("operation_alternates", "Alternative work centres", "Resources", "Where else a step can be done", resources.OperationAlternates, "en: alternates, alternative resources | de: Ausweicharbeitsplätze, Alternativen | fr: alternatives | es: alternativas"),
    Table("setup_times", "Set-up times", "Resources", "Change-over between families", resources.SetupTimes, "en: setup matrix, setups, changeovers, change-over | de: Rüstmatrix, Rüstzeiten | fr: matrice de réglage, réglages | es: matriz de preparación, preparaciones"),
    Table("supply_options", "Supply options", "Supply", "Which supplier delivers which item", supply.SupplyOptions, "en: item suppliers, sourcing, item supplier, product vendor, purchasing | de: Bezugsquellen, Einkaufsinfosätze | fr: sources d'approvisionnement | es: fuentes de suministro"),
    Table("price_breaks", "Price breaks", "Supply", "Prices by quantity", supply.PriceBreaks, "en: quantity discounts, scale prices | de: Staffelpreise | fr: prix par quantité | es: precios por cantidad"),
    Table("supplier_capacities", "Supplier capacities", "Supply", "How much suppliers can deliver in a period", supply.SupplierCapacities, "en: supplier capacity, supply limits, allocation | de: Lieferantenkapazität | fr: capacité des fournisseurs | es: capacidad de proveedores"),
    Table("lanes", "Lanes", "Supply", "Transport between sites", supply.Lanes, "en: transport, item distribution, routes, transport lanes | de: Transportwege | fr: liaisons, transport | es: rutas de transporte"),
    Table("sales_orders", "Sales orders", "Demand", "What customers have ordered", demand.SalesOrders, "en: sales order, orders, customer orders, demand, demands, order book, open orders, open sales orders, backlog, projects, appointments, visits, bookings | de: Kundenaufträge, Aufträge, Verkaufsaufträge | fr: commandes clients, commandes | es: pedidos de clientes, pedidos"),
    Table("demand_history", "Demand history", "Demand", "What was wanted in the past", demand.DemandHistory, "en: sales history, history, sales, consumption, past demand | de: Absatzhistorie, Verbrauch, Historie, Absatz | fr: historique, ventes, historique des ventes | es: historial, ventas, histórico"),
    Table("promotions", "Promotions and events", "Demand", "What lifts or lowers demand for a while", demand.Promotions, "en: promotion, events, campaigns | de: Aktionen, Ereignisse | fr: promotions, événements | es: promociones, eventos"),
    Table("forecast_overrides", "Forecast overrides", "Demand", "Where people know better", demand.ForecastOverrides, "en: overrides, forecast adjustments | de: Prognosekorrekturen | fr: corrections de prévision | es: ajustes de previsión"),
    Table("group_overrides", "Group overrides", "Demand", "Totals of a family, a site or everything that people know better; spread over the items", demand.GroupOverrides, "en: family overrides, top-down forecast | de: Gruppenprognosen | fr: corrections par famille | es: ajustes por familia"),
    Table("stock_outs", "Stock-outs", "Demand", "Days on which an item could not be delivered: its demand is missing, not zero", demand.StockOuts, "en: out of stock, stockouts, no stock | de: Fehlbestände, Nullbestand | fr: ruptures, ruptures de stock | es: roturas de stock"),
    Table("stock_lots", "Stock", "Supply", "What lies where", stock.StockLots, "en: inventory, on hand, stock on hand, lots, buffer, buffers | de: Bestand, Bestände, Lagerbestand | fr: stocks, inventaire | es: existencias, inventario"),
    Table("purchase_orders", "Purchase orders", "Supply", "What is ordered from suppliers", stock.PurchaseOrders, "en: purchase order, open purchase orders, pos, purchases | de: Bestellungen | fr: commandes fournisseurs, achats | es: órdenes de compra, compras"),
    Table("work_orders", "Work orders", "Supply", "What is being made", stock.WorkOrders, "en: work order, production orders, jobs, manufacturing orders | de: Fertigungsaufträge, Produktionsaufträge | fr: ordres de fabrication | es: órdenes de trabajo, órdenes de fabricación"),
    Table("work_order_operations", "Work order progress", "Supply", "How far each step is", stock.WorkOrderOperations, "en: work order operations, progress, wip, job operations | de: Rückmeldungen, Auftragsfortschritt | fr: avancement | es: avance"),
    Table("transfer_orders", "Transfer orders", "Supply", "What travels between sites", stock.TransferOrders, "en: transfers, distribution orders | de: Umlagerungen | fr: transferts | es: traslados"),
    Table("cost_rates", "Cost rates", "Money", "Overhead, holding, overtime and other rates", money.CostRates, "en: rates | de: Kostensätze | fr: taux | es: tarifas"),
    Table("cash_accounts", "Cash accounts", "Money", "Opening balances", money.CashAccounts, "en: cash, bank accounts, opening cash | de: Konten, Bankkonten, Kasse | fr: comptes, trésorerie | es: cuentas, caja"),
    Table("fixed_cash_lines", "Fixed payments", "Money", "Rent, wages, loans and other lines no order explains", money.FixedCashLines, "en: fixed costs, cash lines, recurring payments | de: Fixkosten, Zahlungen | fr: charges fixes, paiements | es: costes fijos, pagos"),
    Table("goals", "Goals", "Goals", "What the company wants to reach", goals.Goals, "en: objectives, okrs | de: Ziele | fr: objectifs | es: objetivos, metas"),
    Table("kpi_targets", "KPI targets", "Goals", "Value wanted of each KPI", goals.KpiTargets, "en: targets, kpis | de: Kennzahlen, Zielwerte | fr: indicateurs, cibles | es: indicadores"),
)

TABLES: dict[str, Table] = {table.name: table for table in _DECLARED}
