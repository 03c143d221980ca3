const SIGNED = "fetch with a request signed by AWS Signature Version 4, for which crypto has createHmac";
const GOOGLE =
  "fetch, with a token that a JWT signed by jsonwebtoken is exchanged for at https://oauth2.googleapis.com/token";

/** What plugins cannot have because it needs sockets or files, and what does the same over HTTP. Packages by prefix, the first that fits counts. */
const DRIVERS: readonly (readonly [prefix: string, instead: string])[] = [
  ["@google-cloud/bigquery", `BigQuery's REST method tabledata.insertAll: ${GOOGLE}`],
  ["@google-cloud/storage", `Cloud Storage's JSON API: ${GOOGLE}`],
  ["@google-cloud/pubsub", `Pub/Sub's REST method topics.publish: ${GOOGLE}`],
  ["@google-cloud/", `the service's REST API: ${GOOGLE}`],
  ["googleapis", `the service's REST API: ${GOOGLE}`],
  ["google-auth-library", GOOGLE],
  ["@aws-sdk/client-s3", `S3 by its REST API: ${SIGNED}`],
  ["@aws-sdk/", `AWS by its REST APIs: ${SIGNED}`],
  ["aws-sdk", `AWS by its REST APIs: ${SIGNED}`],
  ["snowflake-sdk", "Snowflake's SQL REST API: fetch with a key-pair JWT by jsonwebtoken"],
  ["pg", "an HTTP front of the database, such as PostgREST or Neon's SQL over HTTP, by fetch"],
  ["postgres", "an HTTP front of the database, such as PostgREST or Neon's SQL over HTTP, by fetch"],
  ["mysql", "an HTTP front of the database, such as PlanetScale's, by fetch"],
  ["mysql2", "an HTTP front of the database, such as PlanetScale's, by fetch"],
  ["mssql", "an HTTP front of the database by fetch"],
  ["mongodb", "an HTTP front of the database by fetch"],
  ["mongoose", "an HTTP front of the database by fetch"],
  ["redis", "meta.cache, or an HTTP front such as Upstash's REST API by fetch"],
  ["ioredis", "meta.cache, or an HTTP front such as Upstash's REST API by fetch"],
  ["kafkajs", "a REST proxy of the cluster by fetch"],
  ["amqplib", "the broker's HTTP API by fetch"],
  ["nodemailer", "the HTTP API of a mail service by fetch"],
  ["ethers", "a node's JSON-RPC API by fetch"],
  ["web3", "a node's JSON-RPC API by fetch"],
  ["@maxmind/geoip2-node", "meta.geoip, or the maxmind module with an attached database"],
];

/** Modules of Node's for which a sandbox has nothing to stand on. */
const NODE_ONLY =
  /^(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|net|os|tls|vm|worker_threads)(?:\/|$)/;

/** What serves in the place of a package that cannot run in a sandbox, bundled or not; undefined for all others. */
export function insteadOf(name: string): string | undefined {
  return DRIVERS.find(([prefix]) => (prefix.endsWith("/") ? name.startsWith(prefix) : isOf(name, prefix)))?.[1];
}

/** What is said of an import that is not provided: PostHog's words, and what to do about it. */
export const cannotImport = (name: string): string =>
  `Cannot import '${name}'! This package is not provided by PostHog in plugins. ${adviceOn(name)}`;

function adviceOn(name: string): string {
  const instead = insteadOf(name);
  if (instead !== undefined) return `It needs sockets or files, which plugins do not have. Use ${instead}.`;
  if (NODE_ONLY.test(name))
    return "It needs what plugins do not have: use fetch for the network, meta.storage and attachments for files.";
  if (/^\.{0,2}\//.test(name)) return "There is no such file in the plugin.";
  return "Install it with npm in the plugin's folder: hoglet push and hoglet build put it into the plugin.";
}

const isOf = (name: string, packageName: string): boolean => name === packageName || name.startsWith(`${packageName}/`);
