import type { Facts } from "../facts.ts";
import { limitOf, type QuotaName, type TeamQuotas } from "./quotas.ts";

/** What an operator has decided for the team, as of the last look into the registry: in an earlier life of the object, too. */
export class DecidedQuotas {
  readonly #facts: Facts;
  #quotas: TeamQuotas | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  limit(name: QuotaName): number {
    this.#quotas ??= this.#facts.get("quotas") ?? {};
    return limitOf(this.#quotas, name);
  }

  /** Takes over what the registry says. */
  decide(quotas: TeamQuotas): void {
    const before = this.#facts.get("quotas") ?? {};
    if (JSON.stringify(before) !== JSON.stringify(quotas)) this.#facts.set("quotas", quotas);
    this.#quotas = quotas;
  }
}
