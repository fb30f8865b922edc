"""Inventory: how much to keep of what and where, from the spread of demand over the replenishment time.

``stage.run`` fills the plan's ``targets``. Methods: demand passed on to components and sending sites (``network``),
replenishment times (``lead_times``), ABC and XYZ classes (``classes``), safety stock, reorder point and order-up-to
level (``targets``), and stock policies for any number of items at once (``policies``, ``lot_sizes``, ``reorder``).
"""
