"""The natural logarithm from + - * / alone.

A vector library's log and libm's may differ in the last bit, and which of them runs depends on how
many lanes are left over in a loop and on what is installed. This one gives the same bits for one
bar and for many, on every machine.
"""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

# Coefficients and method of fdlibm's e_log.c (Sun Microsystems, 1993): x = 2^k * (1 + f), and
# log(1 + f) from s = f / (2 + f) by a polynomial in s^2; the error is below one unit in the last
# place.
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
L1 = 6.666666666666735130e-01
L2 = 3.999999999940941908e-01
L3 = 2.857142874366239149e-01
L4 = 2.222219843214978396e-01
L5 = 1.818357216161805012e-01
L6 = 1.531383769920937332e-01
L7 = 1.479819860511658591e-01
ROOT_HALF = 0.70710678118654752440


# Of the 64 bits of a double the lower 52 are the fraction, the next 11 the exponent, 1022 for
# numbers from a half to one.
FRACTION_BITS = 52
FRACTION = (1 << FRACTION_BITS) - 1
HALF = 1022


@register_jitable
def natural_log(x):
    """log(x) for a normal x > 0; x where it is NaN or infinite."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits >> FRACTION_BITS) - HALF
    mantissa = np.int64((bits & FRACTION) | (HALF << FRACTION_BITS)).view(np.float64)
    low = mantissa < ROOT_HALF
    f = (mantissa * 2.0 if low else mantissa) - 1.0
    k = float(exponent - 1 if low else exponent)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (L2 + w * (L4 + w * L6))
    odd = z * (L1 + w * (L3 + w * (L5 + w * L7)))
    half = 0.5 * f * f
    log = k * LN2_HIGH - ((half - (s * (half + (even + odd)) + k * LN2_LOW)) - f)
    return log if x < np.inf else x
