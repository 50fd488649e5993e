/*
 * Keyed draws for the benchmark's C program: what sim/draws.py and sim/laws/delays.py define, written again in C.
 * A draw is a pure function of (stream of the replication, key of the entity, purpose, turn).
 */
#include <math.h>
#include <stdint.h>

static const uint64_t GOLDEN = UINT64_C(0x9E3779B97F4A7C15);

static inline uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static inline uint64_t child_key(uint64_t parent, uint64_t tag, uint64_t ordinal)
{
    return mix(mix(parent + GOLDEN * (tag + 1)) + GOLDEN * (ordinal + 1));
}

static inline uint64_t stream_key(uint64_t seed, uint64_t replication)
{
    return child_key(mix(seed + GOLDEN), 0, replication);
}

/* One uniform number strictly between 0 and 1 with 52 random bits: Philox4x32-10 (Salmon et al. 2011,
 * doi.org/10.1145/2063384.2063405), counter (entity key, turn, purpose), key (stream). */
static inline double uniform(uint64_t stream, uint64_t key, uint32_t purpose, uint32_t turn)
{
    uint32_t c0 = (uint32_t)key, c1 = (uint32_t)(key >> 32), c2 = turn, c3 = purpose;
    uint32_t k0 = (uint32_t)stream, k1 = (uint32_t)(stream >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = UINT64_C(0xD2511F53) * c0, p1 = UINT64_C(0xCD9E8D57) * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    uint64_t bits = ((uint64_t)c0 << 20) | (c1 >> 12);
    return ((double)bits + 0.5) * 0x1p-52;
}

/* Standard normal quantile, relative error below 1e-15 (Wichura 1988, AS 241, doi.org/10.2307/2347330). */
static double normal_quantile(double p)
{
    static const double A[8] = {3.387132872796366608, 133.14166789178437745, 1971.5909503065514427,
        13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105,
        2509.0809287301226727};
    static const double B[8] = {1.0, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077,
        21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852545925};
    static const double C[8] = {1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055,
        3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833,
        7.7454501427834140764e-4};
    static const double D[8] = {1.0, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
        0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9};
    static const double E[8] = {6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358,
        0.29656057182850489123, 0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5,
        2.01033439929228813265e-7};
    static const double F[8] = {1.0, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525,
        7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15};
    double q = p - 0.5, r;
    const double *top = A, *low = B;
    if (fabs(q) <= 0.425) {
        r = 0.180625 - q * q;
    } else {
        r = sqrt(-log(q < 0.0 ? p : 1.0 - p));
        if (r <= 5.0) {
            r -= 1.6, top = C, low = D;
        } else {
            r -= 5.0, top = E, low = F;
        }
    }
    double over = top[7], under = low[7];
    for (int i = 6; i >= 0; i--) {
        over = over * r + top[i];
        under = under * r + low[i];
    }
    if (top == A) return q * over / under;
    return q < 0.0 ? -over / under : over / under;
}
