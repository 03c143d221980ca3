CREATE TABLE `call_stat` (
	`interval` text NOT NULL,
	`start` integer NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`version` text NOT NULL,
	`function` text NOT NULL,
	`kinds` text NOT NULL,
	`fuel` text NOT NULL,
	`duration` text NOT NULL,
	PRIMARY KEY(`interval`, `start`, `plugin_config_id`, `version`, `function`)
);
--> statement-breakpoint
CREATE TABLE `error_group` (
	`fingerprint` text PRIMARY KEY NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`plugin` text NOT NULL,
	`version` text NOT NULL,
	`function` text NOT NULL,
	`kind` text NOT NULL,
	`message` text NOT NULL,
	`event_uuid` text,
	`count` integer NOT NULL,
	`first_seen` integer NOT NULL,
	`last_seen` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `error_group_of_config` ON `error_group` (`plugin_config_id`,`last_seen`);--> statement-breakpoint
CREATE INDEX `outcome_by_event` ON `outcome` (`event_uuid`);--> statement-breakpoint
DROP TABLE `outcome_count`;