CREATE TABLE `plugin_config_version` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`plugin_version_id` integer NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`plugin_config_id`) REFERENCES `plugin_config`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `plugin_config_version_config` ON `plugin_config_version` (`plugin_config_id`,`id`);--> statement-breakpoint
ALTER TABLE `plugin_config` ADD `secrets` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `plugin_config` ADD `pinned` integer DEFAULT false NOT NULL;