"""Attribution: the value of what was won, divided among the channels that met the buyer; one file a model or family."""
