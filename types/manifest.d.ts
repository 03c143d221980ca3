/** plugin.json. Only `name` has to be there. */
export interface PluginManifest {
  /** At most 200 characters. */
  name: string;
  description?: string;
  /** Where to read about the plugin. */
  url?: string;
  /** The file to run; index.js, else index.ts, where it is left out. */
  main?: string;
  icon?: string;
  /** A range of versions, for PostHog. Hoglet has no use for it. */
  posthogVersion?: string;
  /** By key, or as a list whose entries carry their `key`. */
  config?: Record<string, PluginConfigSchema> | PluginConfigSchema[];
  /** Jobs that people may start by hand, with the fields of their form. Values of the types string, number, boolean, date and json are checked. */
  publicJobs?: Record<
    string,
    { payload?: Record<string, { title?: string; type?: string; required?: boolean; default?: unknown }> }
  >;
  /** When exported functions run that begin with `runEvery`: a cron pattern of five fields, in UTC or a time zone of the IANA database. */
  schedule?: Record<`runEvery${string}`, string | { cron: string; timezone?: string }>;
  /** The plugin keeps nothing of one team that matters to another, and has no config. */
  stateless?: boolean;
  /** What the plugin asks to be granted. Without it, Hoglet proposes what it finds in the code. */
  capabilities?: CapabilityGrants;
}

/** By name: whether the plugin needs it. `fetch` takes the hosts: `["api.example.com", "*.example.org"]`, or `["*"]`. */
export interface CapabilityGrants {
  cache?: boolean;
  fetch?: boolean | string[];
  geoip?: boolean;
  jobs?: boolean;
  metrics?: boolean;
  posthog?: boolean;
  request?: boolean;
  storage?: boolean;
}

/** `[field, value]`: that field has this value; `[field]`: that field has any. */
export type PluginConfigCondition = (string | undefined)[];

/** What all config fields may have. */
export interface PluginConfigStructure {
  /** In the list form: the name in `meta.config`. An entry without one only shows its `markdown`. */
  key?: string;
  /** The label. */
  name?: string;
  default?: string;
  hint?: string;
  /** Shown above the field. */
  markdown?: string;
  /** In the object form: the place among the fields. */
  order?: number;
  required?: boolean;
  /** Nobody reads it again but the plugin. */
  secret?: boolean;
  /** Required when every condition holds. */
  required_if?: PluginConfigCondition[];
  /** Hidden unless every condition holds. */
  visible_if?: PluginConfigCondition[];
  /** For PostHog's site apps. Hoglet has no use for it. */
  site?: boolean;
  /** Uses a secret without showing it to the plugin. */
  inject?: Injection;
}

/** The plugin gets a placeholder. In this header, towards this host, it is replaced by the secret. */
export interface Injection {
  host: string | string[];
  header: string;
  /** `{}` is where the secret goes, such as `Bearer {}`. */
  format?: string;
}

export interface PluginConfigDefault extends PluginConfigStructure {
  type?: "string" | "json" | "attachment";
}

export interface PluginConfigChoice extends PluginConfigStructure {
  type: "choice";
  choices: string[];
}

export type PluginConfigSchema = PluginConfigDefault | PluginConfigChoice;
