"""Fleet: several workers on any number of machines look at the sources of one catalogue on PostgreSQL.

``schedule`` puts what is due into a queue, a job for each host; ``worker`` takes jobs. A host is asked by one worker at
a time, with its pause, because every request takes the host's turn first (:mod:`guidetrack.track.turns`); a source is
looked at by one worker at a time, because a worker holds it (``Store.claim``). The queue only says what is to be done:
losing or repeating a job of it loses or repeats no check.
"""
