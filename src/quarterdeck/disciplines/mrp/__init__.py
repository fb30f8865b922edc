"""Requirements: what to buy, make and move, for whom, when it arrives, and why something is late.

``stage.run`` nets requirements and stock targets against stock and open orders, through all levels, with pegs.
``promises.run`` fills deliveries, causes, projected stock and actions once the orders have their final dates.
"""
