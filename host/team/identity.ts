import type { Facts, TeamAddress } from "./facts.ts";

/** Which team and shard an object serves. */
export class Identity {
  readonly #facts: Facts;
  #address: TeamAddress | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#address = facts.get("address");
  }

  /** Remembers what the first request says: an alarm brings none. */
  learn(address: TeamAddress): void {
    if (this.#address) return;
    this.#facts.set("address", address);
    this.#address = address;
  }

  /** Throws as long as nobody has told. */
  get address(): TeamAddress {
    if (!this.#address) throw new Error("the team object has not been told which team it serves");
    return this.#address;
  }
}
