/** What one plugin may ask of its cache at once, whichever end holds it. Characters are UTF-16 units. */
export const CACHE_LIMITS = {
  /** Characters of a key as the plugin writes it. */
  key: 1_000,
  /**
   * Characters of a value, and of all that one `lpush` adds. Whatever they are, they and their key fit into the 2 MB of
   * a row of SQLite in a Durable Object.
   */
  value: 600_000,
  /** Elements that one `lpush` adds; PostHog's number. */
  elements: 1_000,
  /** Characters of an embedded list as JSON: every command on it reads it whole, so its length is what each one costs. */
  list: 100_000,
  /** Commands, and characters of them, that wait in memory for their turn. */
  waiting: { commands: 10_000, characters: 8_000_000 },
  /** Commands, and characters of them, that go out together. One command may be longer. */
  pipeline: { commands: 1_000, characters: 1_000_000 },
  /** Characters of what comes back for one pipeline; from Upstash, bytes of JSON. */
  replies: 8_000_000,
} as const;
