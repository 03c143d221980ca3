/** The functions of a plugin that Hoglet can call, as found by loading it once. */
export interface Inspected {
  /** `processEvent`, `setupPlugin` and the like. */
  methods: string[];
  /** `runEveryMinute`, `runEveryHour`, `runEveryDay`. */
  tasks: string[];
  /** Names in the `jobs` export. */
  jobs: string[];
}
