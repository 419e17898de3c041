package org.vulpes.objective.preference;

/** The published losses. */
enum Method {
  /** Rafailov et al. 2023: −log σ(β [(log π(y_w) − log ρ(y_w)) − (log π(y_l) − log ρ(y_l))]). */
  DPO(true, true, false),
  /** Azar et al. 2023: ([(log π(y_w) − log ρ(y_w)) − (log π(y_l) − log ρ(y_l))] − 1 / (2β))². */
  IPO(true, true, false),
  /** Ethayarajh et al. 2024: λ_D (1 − σ(β (r − z))) for a good answer, λ_U (1 − σ(β (z − r))) for a bad one, r = log π(y) − log ρ(y), z = max(0, mean r of answers to other questions). */
  KTO(false, true, false),
  /** Meng et al. 2024: −log σ(β/|y_w| log π(y_w) − β/|y_l| log π(y_l) − γ). */
  SIMPO(true, false, true),
  /** Hong et al. 2024: NLL(y_w) − λ log σ(log odds(y_w) − log odds(y_l)), odds = P / (1 − P), log P = log π(y) / |y|. */
  ORPO(true, false, true),
  /** Xu et al. 2024: −log σ(β log π(y_w) − β log π(y_l)) + λ NLL(y_w). */
  CPO(true, false, false);

  final boolean pairs;
  final boolean reference;
  /** Whether the paper divides log-probabilities by the answer's length. */
  final boolean byLength;

  Method(boolean pairs, boolean reference, boolean byLength) {
    this.pairs = pairs;
    this.reference = reference;
    this.byLength = byLength;
  }
}
