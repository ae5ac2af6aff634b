"""The law of owners' votes and committee elections. Plain Python on integers: no clock, no database, no floating point.

``cases`` reads what was published of a vote, ``deciding.decide`` gives the verdict, ``verdicts`` is what it is made of. Areas are
integers of 0.0001 square metres (``measures``). What differs by place and day is data (``jurisdictions``).
"""
