// Tests that draw random numbers import this module; the simulated network does without the rest of it.
@_exported public import SeededRandom
