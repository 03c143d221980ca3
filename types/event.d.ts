/** What an event, a person or a group is described by. Whoever sends events decides what is in it. */
export type Properties = Record<string, any>;

/** An event as `processEvent` gets it. */
export interface PluginEvent {
  uuid: string;
  event: string;
  distinct_id: string;
  /** Not there on every event: `event.properties?.$current_url`. */
  properties?: Properties;
  $set?: Properties;
  $set_once?: Properties;
  /** The client's clock, ISO 8601. */
  timestamp?: string;
  /** Milliseconds between what happened and `sent_at`, from clients that send no `timestamp`. */
  offset?: number;
  /** When the client sent the event, by its own clock. ISO 8601. */
  sent_at?: string;
  /** When Hoglet received the event. ISO 8601, UTC. */
  now: string;
  /** The client's address. Delete it, or set it to null, and it goes no further. */
  ip: string | null;
  /** Scheme and host that the event came in by. */
  site_url: string;
  /** A plugin cannot change it. */
  readonly team_id: number;
  person?: PluginPerson;
}

/** An event as `onEvent` and `exportEvents` get it: after all plugins. */
export interface ProcessedPluginEvent {
  uuid: string;
  event: string;
  distinct_id: string;
  properties: Properties;
  $set?: Properties;
  $set_once?: Properties;
  /** ISO 8601, UTC. */
  timestamp: string;
  ip: string | null;
  readonly team_id: number;
  person?: PluginPerson;
  elements?: Element[];
}

/** An event as `composeWebhook` gets it: after all plugins, with a Date. */
export interface PostHogEvent {
  uuid: string;
  event: string;
  distinct_id: string;
  properties: Properties;
  timestamp: Date;
  readonly team_id: number;
  person?: PluginPerson;
  groups?: Record<string, any>;
}

export interface PluginPerson {
  uuid: string;
  team_id: number;
  properties: Properties;
  /** ISO 8601, UTC. */
  created_at: string;
}

/** An element of the page that an event happened on. */
export interface Element {
  text?: string;
  tag_name?: string;
  href?: string;
  attr_id?: string;
  attr_class?: string[];
  nth_child?: number;
  nth_of_type?: number;
  attributes?: Record<string, any>;
  event_id?: number;
  order?: number;
  group_id?: number;
}
