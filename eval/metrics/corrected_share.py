"""The share of supported claims, corrected for the judge's errors.

Where the judge is not the checker that chose the claims, Rogan & Gladen's estimator applies:

    corrected = (observed + specificity - 1) / (sensitivity + specificity - 1),  clipped to 0…1

with the interval of Lang & Reiczigel, which counts the uncertainty of all three figures (n claims, n_se
labelled supported, n_sp labelled unsupported; z = 1.96):

    p' = (n·observed + z²/2)/(n + z²),  Se' = (n_se·Se + 1)/(n_se + 2),  Sp' = (n_sp·Sp + 1)/(n_sp + 2)
    π' = (p' + Sp' - 1)/(Se' + Sp' - 1),  d = 2z²(π'·Se'(1-Se')/n_se' - (1-π')·Sp'(1-Sp')/n_sp')
    π' + d ± z·√(p'(1-p')/n' + π'²·Se'(1-Se')/n_se' + (1-π')²·Sp'(1-Sp')/n_sp') / (Se' + Sp' - 1)

Where the judge is the checker that let the claims through, every shown claim is one it accepted, so the
observed share is 1 and the estimator can't be used. The figure is then the judge's positive predictive value among the
claims that it accepted:

    PPV = Se·π / observed,  π = Rogan & Gladen's estimate over all claims drafted, shown or not, clipped to
    0…1

Its interval is drawn from Beta(1/2 + hits, 1/2 + misses) for each of the three figures (20,000 draws, fixed
seed).

Both assume that the judge errs on these claims as often as on those of its calibration, that its errors are
independent, and that it is better than chance (Se + Sp > 1); where it isn't, there is no estimate. Verbatim quotes are
easier than calibration claims, so the correction is too harsh on an answer made of quotes.
Sources: Rogan & Gladen 1978, Am J Epidemiol 107:71-76; Lang & Reiczigel 2014, Prev Vet Med 113:13-22.
"""

from __future__ import annotations

import numpy as np

from eval.metrics.bootstrap import SEED, Z95
from eval.records import Interval
from rag.checking.calibration import JudgeErrors

N_DRAWS = 20_000


def rogan_gladen(observed: float, sensitivity: float, specificity: float) -> float | None:
    """Return the corrected share, clipped to 0…1; None where the judge is not better than chance."""
    gain = sensitivity + specificity - 1
    if gain <= 0:
        return None
    return min(1.0, max(0.0, (observed + specificity - 1) / gain))


def corrected_share(n_accepted: int, n_claims: int, errors: JudgeErrors) -> Interval | None:
    """Return the corrected share of supported claims with Lang & Reiczigel's interval; None without an estimate."""
    if n_claims == 0:
        return None
    mean = rogan_gladen(n_accepted / n_claims, errors.sensitivity, errors.specificity)
    n = n_claims + Z95**2
    n_se = errors.true_positive + errors.false_negative + 2
    n_sp = errors.true_negative + errors.false_positive + 2
    p = (n_accepted + Z95**2 / 2) / n
    se, sp = (errors.true_positive + 1) / n_se, (errors.true_negative + 1) / n_sp
    gain = se + sp - 1
    if mean is None or gain <= 0:
        return None
    share = (p + sp - 1) / gain
    var_se, var_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    middle = share + 2 * Z95**2 * (share * var_se - (1 - share) * var_sp)
    half = Z95 * (p * (1 - p) / n + share**2 * var_se + (1 - share) ** 2 * var_sp) ** 0.5 / gain
    low, high = min(1.0, max(0.0, middle - half)), min(1.0, max(0.0, middle + half))
    return Interval(mean=mean, low=min(low, mean), high=max(high, mean), n=n_claims)


def predictive_value(n_accepted: int, n_drafted: int, errors: JudgeErrors) -> Interval | None:
    """Return the share of accepted claims that are truly supported, with its interval; None without an estimate."""
    if n_accepted == 0 or rogan_gladen(n_accepted / n_drafted, errors.sensitivity, errors.specificity) is None:
        return None
    rng = np.random.default_rng(SEED)
    observed = rng.beta(n_accepted + 0.5, n_drafted - n_accepted + 0.5, N_DRAWS)
    se = rng.beta(errors.true_positive + 0.5, errors.false_negative + 0.5, N_DRAWS)
    sp = rng.beta(errors.true_negative + 0.5, errors.false_positive + 0.5, N_DRAWS)
    usable = se + sp > 1
    observed, se, sp = observed[usable], se[usable], sp[usable]
    values = np.clip(se * np.clip((observed + sp - 1) / (se + sp - 1), 0, 1) / observed, 0, 1)
    mean = _ppv(n_accepted / n_drafted, errors)
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(mean=mean, low=min(float(low), mean), high=max(float(high), mean), n=n_accepted)


def _ppv(observed: float, errors: JudgeErrors) -> float:
    prevalence = rogan_gladen(observed, errors.sensitivity, errors.specificity) or 0.0
    return min(1.0, errors.sensitivity * prevalence / observed)
