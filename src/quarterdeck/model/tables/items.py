"""What the company sells, makes, buys and keeps."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w

SOURCES = {
    "make": ("m", "made", "manufactured", "manufacture", "production", "eigenfertigung", "fabriqué", "fabricado", "true"),
    "buy": ("b", "bought", "purchase", "purchased", "kauf", "fremdbezug", "acheté", "comprado", "false"),
    "both": ("make or buy", "beides", "les deux", "ambos"),
    "none": ("service", "digital", "not stocked", "dienstleistung", "servicio"),
}
LOT_RULES = {
    "lot_for_lot": ("l4l", "lfl", "lot for lot", "exact", "as needed"),
    "fixed": ("foq", "fixed quantity", "fixed order quantity"),
    "multiple": ("min multiple", "minimum multiple", "minimum + multiple"),
    "periods": ("poq", "periods of supply", "period order quantity"),
    "economic": ("eoq", "economic order quantity", "epq", "economic production quantity", "economic lot", "wirtschaftliche losgröße", "andler", "quantité économique", "wilson", "lote económico"),
    "silver_meal": ("silver meal", "silver-meal", "least period cost", "gleitende losgröße"),
    "wagner_whitin": ("wagner whitin", "wagner-whitin", "dynamic", "least cost", "dynamische losgröße"),
}
STRATEGIES = {
    "to_stock": ("mts", "make to stock", "make-to-stock", "stock", "lagerfertigung", "sur stock", "contra stock"),
    "to_order": ("mto", "make to order", "make-to-order", "auftragsfertigung", "à la commande", "bajo pedido"),
    "assembled_to_order": ("ato", "assemble to order", "assemble-to-order", "configure to order"),
    "engineered_to_order": ("eto", "engineer to order", "engineer-to-order", "project"),
}
POLICIES = {
    "computed": ("", "automatic", "time-phased", "mrp", "berechnet", "calculé", "calculado"),
    "base_stock": ("base stock", "one for one", "order up to", "basisbestand"),
    "reorder_point": ("reorder point", "rop", "r,q", "(r,q)", "r q", "reorder point quantity", "continuous review", "bestellpunkt", "bestellpunktverfahren", "meldebestand", "point de commande", "punto de pedido"),
    "min_max": ("min max", "min-max", "min/max", "s,s", "(s,s)", "minimum maximum", "mín máx"),
    "periodic": ("periodic review", "r,s", "(r,s)", "t,s", "fixed interval", "bestellrhythmus", "bestellrhythmusverfahren", "révision périodique", "revisión periódica"),
    "kanban": ("cards", "two bin", "pull", "kanban cards"),
    "call_off": ("call off", "jit", "just in time", "blanket order", "abruf", "appel", "justo a tiempo"),
    "newsvendor": ("newsboy", "critical ratio", "by margin", "nach marge", "selon la marge", "según margen"),
}

USES = {
    "when_late": ("instead", "in time", "alternate", "alternative", "substitute", "ersatz", "remplacement", "sustituto"),
    "use_up": ("use up", "use up first", "use up old first", "phase out", "aufbrauchen", "épuiser", "agotar"),
}


class Items(dy.Schema):
    item = c.code("Code of the item: product, component, material, service or digital good", key=True, also=w.ITEM + w.SERVICE)
    name = c.text("Name for people", also=w.NAME)
    family = c.text("Group for forecasting, colours and reports", also="en: category, product family, product group, item group, subcategory, product line, type | de: Warengruppe, Produktgruppe, Artikelgruppe | fr: famille, catégorie | es: familia, categoría")
    source = c.choice("How it is obtained", SOURCES, default="buy", also="en: make or buy, make buy, make/buy, procurement type, makeflag | de: Beschaffungsart, Beschaffung | fr: approvisionnement, type d'approvisionnement | es: aprovisionamiento, origen")
    strategy = c.choice("Whether it is made or bought for stock, or kept apart for each order; what is made to order only serves what is reserved under the same name", STRATEGIES, default="to_stock", also="en: planning strategy, mts mto, make to order, production type, fulfilment strategy | de: Planungsstrategie, Fertigungsart | fr: stratégie de planification | es: estrategia de planificación")
    unit = c.text("Unit in which quantities are counted", default="pcs", also=w.UNIT)
    decimals = c.whole("Decimal places a quantity may have; 0 for pieces", default=0, maximum=6, also="en: quantity decimals, precision")
    cost = c.money("Standard cost of one unit; for bought items the purchase cost", unit="currency/unit", also=w.COST)
    price = c.money("Usual selling price of one unit", unit="currency/unit", also=w.PRICE)
    order_cost = c.money("Cost of one order or of one set-up of it, where supplier and routing say nothing", also="en: ordering cost, setup cost, set-up cost, cost per order | de: Bestellkosten, Rüstkosten | fr: coût de commande, coût de lancement | es: coste de pedido, coste de preparación")
    shelf_life_days = c.number("Time it may be kept; empty means it does not expire", unit="days", above=0.0, also="en: shelf life, expiry days | de: Haltbarkeit, Haltbarkeit Tage | fr: durée de conservation | es: vida útil, caducidad")
    lead_time_days = c.number("Usual time from order to receipt, where neither supplier nor routing says more", unit="days", maximum=3650, also="en: lead time, leadtime, lt, replenishment time | de: Wiederbeschaffungszeit, Lieferzeit | fr: délai, délai d'approvisionnement | es: plazo, plazo de entrega")
    lot_rule = c.choice("How requirements become orders", LOT_RULES, default="lot_for_lot", also="en: lot sizing, lot size rule, order policy | de: Losgrößenverfahren, Dispositionsverfahren | fr: règle de lot | es: regla de lote")
    lot_size = c.quantity("Order quantity of the rule fixed", above=0.0, also="en: fixed lot, order quantity, lot size | de: Losgröße | fr: taille de lot | es: tamaño de lote")
    lot_minimum = c.quantity("Least quantity of an order", default=0.0, also="en: minimum order quantity, moq, min lot, size minimum, min order qty, min order, minimum order, minimum qty | de: Mindestmenge, Mindestlos | fr: quantité minimum, lot minimum | es: cantidad mínima, lote mínimo")
    lot_multiple = c.quantity("Orders are multiples of this", default=0.0, also="en: order multiple, multiple, size multiple, pack size, batch size, pack quantity, case size, box size | de: Rundungswert, Verpackungseinheit | fr: multiple | es: múltiplo")
    lot_maximum = c.quantity("Larger needs are split into several orders", above=0.0, also="en: maximum order quantity, size maximum, max lot | de: Höchstmenge | fr: quantité maximum | es: cantidad máxima")
    lot_days = c.number("Days of requirements that one order covers, for the rule periods; with other rules less than 1 keeps those of one day apart", unit="days", above=0.0, also="en: periods of supply, days of supply, order period | de: Reichweite | fr: période de couverture | es: período de cobertura")
    yield_share = c.fraction("Share of a made quantity that is good", default=1.0, also="en: yield, good share | de: Ausbeute | fr: rendement | es: rendimiento")
    phantom = c.flag("Never stocked: requirements pass through to the components", default=False, also="en: phantom assembly | de: Phantom, Dummy | fr: fantôme | es: fantasma")
    discontinued = c.day("Last day on which it is sold", also="en: end of life, eol, sell end date, discontinued date | de: Auslauf, Auslaufdatum | fr: fin de vie | es: fin de vida")
    launch = c.day("First day on which it is sold", also="en: launch date, sell start date, introduction | de: Einführung, Markteinführung | fr: lancement | es: lanzamiento")
    substitute = c.code("Item that customers take instead when this one is out", references="items", also="en: alternative item, substitute item, interchangeable with | de: Ersatzartikel, Alternative | fr: article de remplacement, substitut | es: sustituto, artículo alternativo")
    substitute_share = c.fraction("Share of customers who take the substitute", default=0.0, also="en: substitution rate, substitution share | de: Ersatzquote | fr: taux de substitution | es: tasa de sustitución")
    successor = c.code("Item that follows it; its history then counts for the new one", references="items", also="en: replaced by, replacement | de: Nachfolger | fr: remplaçant | es: sucesor")


class ItemSites(dy.Schema):
    item = c.code("Item", key=True, references="items", also=w.ITEM)
    site = c.code("Site that keeps it", key=True, default="main", references="sites", also=w.SITE)
    source_site = c.code("Site that replenishes this one over a lane; empty: made or bought here", references="sites", also="en: supplied from, origin, replenishing site")
    service_level = c.fraction("Share of demand to be met from stock", also="en: service, target service | de: Servicegrad | fr: taux de service | es: nivel de servicio")
    safety_stock = c.quantity("Fixed safety stock; overrides the computed one", also="en: safety stock level, minimum stock, min stock, minimum | de: Sicherheitsbestand, Mindestbestand | fr: stock de sécurité | es: stock de seguridad")
    reorder_point = c.quantity("Fixed reorder point; overrides the computed one", also="en: rop, reorder level | de: Meldebestand | fr: point de commande | es: punto de pedido")
    policy = c.choice("How it is replenished: levels computed; base stock, each use ordered again; reorder point and quantity for the share of demand met from stock; minimum and maximum, (s, S); a periodic review up to a level; kanban cards; called off just in time; or levels for the service at which a unit too many costs what a unit too few does", POLICIES, default="computed", also="en: replenishment policy, stock policy, inventory policy | de: Dispositionsart, Nachschubart | fr: politique de stock | es: política de stock")
    review_days = c.number("Days from one look at the stock to the next, on which it may be ordered; empty: the supplier's, else a week", unit="days", above=0.0, maximum=366, also="en: review period, review interval, review cycle, order cycle | de: Bestellrhythmus, Prüfintervall | fr: période de révision | es: período de revisión")
    shortage_cost = c.money("Cost of one unit that is wanted and not there; sets the service level where none is asked for", unit="currency/unit", also="en: stockout cost, stock-out cost, penalty cost, backorder cost, cost of shortage | de: Fehlmengenkosten | fr: coût de rupture | es: coste de rotura")
    container = c.quantity("Quantity of one kanban container", above=0.0, also="en: container size, bin quantity, card quantity, kanban size | de: Behältermenge, Kanbanmenge | fr: taille du contenant | es: cantidad por contenedor")
    maximum_stock = c.quantity("Most that fits or is wanted", above=0.0, also="en: max stock, maximum | de: Höchstbestand | fr: stock maximum | es: stock máximo")


class BomLines(dy.Schema):
    parent = c.code("Item that is made", key=True, references="items", also="en: assembly, parent item, parent part, product assembly, finished good, finished product, product, dish, recipe, father | de: Baugruppe, Oberteil, Erzeugnis, Kopfmaterial | fr: composé, parent, ensemble | es: conjunto, padre, producto")
    component = c.code("Item that goes into it", key=True, references="items", also="en: child, component item, part, child item, material, ingredient | de: Komponente, Unterteil, Bauteil | fr: composant | es: componente, hijo")
    position = c.code("Tells apart several lines of one component", key=True, default="1", also=w.LINE)
    quantity_per = c.quantity("Net quantity of the component in one unit of the parent", above=0.0, required=True, also="en: qty, quantity, qty per, quantity per, qty per unit, quantity per unit, per unit, per assembly qty, amount, usage | de: Menge, Menge je, Mengenkoeffizient | fr: quantité, quantité par, coefficient | es: cantidad, cantidad por")
    per_order = c.flag("Whether the quantity is used once per order instead of per unit", default=False, also="en: fixed quantity, per batch")
    scrap = c.fraction("Share of the component lost while it is used", default=0.0, maximum=0.99, also="en: scrap rate, scrap %, waste | de: Ausschuss, Verschnitt | fr: rebut, perte | es: merma, desperdicio")
    unit = c.text("Unit of the quantity; must be the component's", also=w.UNIT)
    sequence = c.whole("Operation that consumes it; empty means the first", also=w.SEQUENCE)
    valid_from = c.day("First day of validity", also=w.VALID_FROM)
    valid_to = c.day("Last day of validity", also=w.VALID_TO)


class MaterialAlternates(dy.Schema):
    parent = c.code("Item that is made", key=True, references="items", also="en: assembly, parent item, product | de: Baugruppe, Oberteil | fr: parent, ensemble | es: padre, conjunto")
    component = c.code("Component that is replaced", key=True, references="items", also="en: child, material, part, ingredient | de: Komponente, Unterteil | fr: composant | es: componente")
    alternate = c.code("Item that may go into it instead", key=True, references="items", also="en: alternative, alternative item, substitute, replacement | de: Ersatz, Ersatzartikel, Alternative | fr: remplacement, alternative | es: sustituto, alternativa")
    ratio = c.quantity("How much of it stands for one of the component", above=0.0, default=1.0, also="en: factor, quantity ratio, per unit | de: Verhältnis, Faktor | fr: rapport, facteur | es: proporción, factor")
    use = c.choice("When it is used: what is there of it first and nothing new, or where it is in time and what is preferred is not", USES, default="when_late", also="en: rule, usage | de: Verwendung | fr: utilisation | es: uso")
    priority = c.whole("The least is preferred; the component itself has 1", default=2, maximum=999, also=w.PRIORITY)
    valid_from = c.day("First day of validity", also=w.VALID_FROM)
    valid_to = c.day("Last day of validity", also=w.VALID_TO)


class CoProducts(dy.Schema):
    parent = c.code("Item whose making yields the other one too", key=True, references="items", also="en: assembly, parent item, made item, main product, product, item made, from, made with | de: Baugruppe, Hauptprodukt, Erzeugnis | fr: parent, produit principal | es: padre, producto principal")
    co_product = c.code("Item that comes out as well", key=True, references="items", also="en: co-product, coproduct, by-product, byproduct, by product, joint product, output, yields, also makes, residue | de: Kuppelprodukt, Nebenprodukt, Koppelprodukt, Abfallprodukt | fr: coproduit, sous-produit | es: coproducto, subproducto")
    position = c.code("Tells apart several rows of one co-product", key=True, default="1", also=w.LINE)
    quantity_per = c.quantity("Quantity of the product that one good unit of the parent yields", above=0.0, required=True, also="en: qty, quantity, qty per, quantity per, qty per unit, quantity per unit, per unit, output quantity, yield quantity, amount | de: Menge, Menge je, Mengenkoeffizient | fr: quantité, quantité par, coefficient | es: cantidad, cantidad por")
    per_order = c.flag("Whether the quantity comes out once per order instead of per unit", default=False, also="en: fixed quantity, per batch")
    cost_share = c.fraction("Share of the cost of making that the product bears; empty for a by-product, which bears what it is worth", also="en: share of cost, cost allocation, cost split, joint cost share, apportionment, cost % | de: Kostenanteil, Aufteilung | fr: part du coût, répartition | es: parte del coste, reparto")
    unit_value = c.money("What one unit of a by-product is worth, credited to the parent; empty means nothing", unit="currency/unit", also="en: value, scrap value, credit, by-product value, net realisable value, recovery value | de: Erlös, Gutschrift, Restwert | fr: valeur, valeur de récupération | es: valor, valor residual")
    valid_from = c.day("First day of validity", also=w.VALID_FROM)
    valid_to = c.day("Last day of validity", also=w.VALID_TO)
