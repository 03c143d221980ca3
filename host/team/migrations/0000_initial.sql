CREATE TABLE `cache_entry` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer
);
--> statement-breakpoint
CREATE INDEX `cache_entry_expiry` ON `cache_entry` (`expires_at`) WHERE "cache_entry"."expires_at" is not null;--> statement-breakpoint
CREATE TABLE `dead_letter` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`body` text,
	`blob_key` text,
	`status` integer NOT NULL,
	`answer` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `fact` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `inbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`distinct_id` text NOT NULL,
	`body` text,
	`blob_key` text,
	`progress` text,
	`due_at` integer
);
--> statement-breakpoint
CREATE INDEX `inbox_by_person` ON `inbox` (`distinct_id`,`seq`);--> statement-breakpoint
CREATE INDEX `inbox_due` ON `inbox` (`due_at`) WHERE "inbox"."due_at" is not null;--> statement-breakpoint
CREATE TABLE `ingestion_warning` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`code` text NOT NULL,
	`detail` text NOT NULL,
	`item` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `job` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`function` text NOT NULL,
	`name` text NOT NULL,
	`payload` text,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`hops` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `job_due` ON `job` (`due_at`);--> statement-breakpoint
CREATE TABLE `local_event` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`identity` text NOT NULL,
	`body` text,
	`blob_key` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `local_event_identity_unique` ON `local_event` (`identity`);--> statement-breakpoint
CREATE TABLE `log_entry` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`source` text NOT NULL,
	`type` text NOT NULL,
	`message` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `metric` (
	`plugin_config_id` integer NOT NULL,
	`name` text NOT NULL,
	`value` real NOT NULL,
	PRIMARY KEY(`plugin_config_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`body` text,
	`blob_key` text,
	`bytes` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outcome` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`event_uuid` text,
	`plugin_config_id` integer NOT NULL,
	`plugin` text NOT NULL,
	`version` text NOT NULL,
	`outcome` text NOT NULL,
	`kind` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outcome_by_kind` ON `outcome` (`kind`,`id`);--> statement-breakpoint
CREATE TABLE `outcome_count` (
	`plugin_config_id` integer NOT NULL,
	`function` text NOT NULL,
	`kind` text NOT NULL,
	`count` integer NOT NULL,
	`fuel` real NOT NULL,
	PRIMARY KEY(`plugin_config_id`, `function`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `recent_event` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`before` text NOT NULL,
	`after` text,
	`outcomes` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `storage_entry` (
	`plugin_config_id` integer NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`plugin_config_id`, `key`)
);
