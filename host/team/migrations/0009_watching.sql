CREATE TABLE `egress_stat` (
	`interval` text NOT NULL,
	`start` integer NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`host` text NOT NULL,
	`counts` text NOT NULL,
	PRIMARY KEY(`interval`, `start`, `plugin_config_id`, `host`)
);
--> statement-breakpoint
ALTER TABLE `error_group` ADD `first_sample` text;--> statement-breakpoint
ALTER TABLE `error_group` ADD `last_sample` text;--> statement-breakpoint
ALTER TABLE `log_entry` ADD `function` text;--> statement-breakpoint
ALTER TABLE `log_entry` ADD `event_uuid` text;