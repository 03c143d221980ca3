// world hoglet:plugin/plugin
export type * as HogletPluginAttachments from './interfaces/hoglet-plugin-attachments.js'; // import hoglet:plugin/attachments
export type * as HogletPluginBuffers from './interfaces/hoglet-plugin-buffers.js'; // import hoglet:plugin/buffers
export type * as HogletPluginCache from './interfaces/hoglet-plugin-cache.js'; // import hoglet:plugin/cache
export type * as HogletPluginCrypto from './interfaces/hoglet-plugin-crypto.js'; // import hoglet:plugin/crypto
export type * as HogletPluginEncoding from './interfaces/hoglet-plugin-encoding.js'; // import hoglet:plugin/encoding
export type * as HogletPluginFetch from './interfaces/hoglet-plugin-fetch.js'; // import hoglet:plugin/fetch
export type * as HogletPluginGeoip from './interfaces/hoglet-plugin-geoip.js'; // import hoglet:plugin/geoip
export type * as HogletPluginIntl from './interfaces/hoglet-plugin-intl.js'; // import hoglet:plugin/intl
export type * as HogletPluginJobs from './interfaces/hoglet-plugin-jobs.js'; // import hoglet:plugin/jobs
export type * as HogletPluginLog from './interfaces/hoglet-plugin-log.js'; // import hoglet:plugin/log
export type * as HogletPluginMetrics from './interfaces/hoglet-plugin-metrics.js'; // import hoglet:plugin/metrics
export type * as HogletPluginMmdb from './interfaces/hoglet-plugin-mmdb.js'; // import hoglet:plugin/mmdb
export type * as HogletPluginPosthog from './interfaces/hoglet-plugin-posthog.js'; // import hoglet:plugin/posthog
export type * as HogletPluginRequest from './interfaces/hoglet-plugin-request.js'; // import hoglet:plugin/request
export type * as HogletPluginStorage from './interfaces/hoglet-plugin-storage.js'; // import hoglet:plugin/storage
export type * as HogletPluginTimers from './interfaces/hoglet-plugin-timers.js'; // import hoglet:plugin/timers
export type * as HogletPluginTypes from './interfaces/hoglet-plugin-types.js'; // import hoglet:plugin/types
export type * as HogletPluginUrl from './interfaces/hoglet-plugin-url.js'; // import hoglet:plugin/url
export type * as HogletPluginZlib from './interfaces/hoglet-plugin-zlib.js'; // import hoglet:plugin/zlib
export * as handlers from './interfaces/hoglet-plugin-handlers.js'; // export hoglet:plugin/handlers
