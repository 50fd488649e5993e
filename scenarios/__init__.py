"""Which worlds to try: scenarios, their files, their changes, and the batches that run them."""

HOUSE = "leadflow"
