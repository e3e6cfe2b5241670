"""A little web and a guided tour of it: the whole job, offline, in seconds."""
