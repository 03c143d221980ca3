CREATE TABLE `key` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer,
	`team_id` integer,
	`token` text,
	`token_hash` text,
	`label` text,
	`scopes` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`team_id`) REFERENCES `team`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "key_owner" CHECK(("key"."team_id" is null) <> ("key"."organization_id" is null) and ("key"."token" is null or "key"."team_id" is not null)),
	CONSTRAINT "key_secret" CHECK(("key"."token" is null) <> ("key"."token_hash" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `key_token` ON `key` (`token`);--> statement-breakpoint
CREATE UNIQUE INDEX `key_token_hash` ON `key` (`token_hash`);--> statement-breakpoint
CREATE INDEX `key_team` ON `key` (`team_id`);--> statement-breakpoint
CREATE INDEX `key_organization` ON `key` (`organization_id`);--> statement-breakpoint
CREATE TABLE `organization` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `plugin` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`url` text,
	`private_token` text,
	`plugin_type` text NOT NULL,
	`is_global` integer DEFAULT false NOT NULL,
	`icon` text,
	`latest_version_id` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`latest_version_id`) REFERENCES `plugin_version`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugin_url` ON `plugin` (`organization_id`,`url`);--> statement-breakpoint
CREATE TABLE `plugin_attachment` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`key` text NOT NULL,
	`content_type` text NOT NULL,
	`file_name` text NOT NULL,
	`size` integer NOT NULL,
	`hash` text NOT NULL,
	`r2_key` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`plugin_config_id`) REFERENCES `plugin_config`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugin_attachment_key` ON `plugin_attachment` (`plugin_config_id`,`key`);--> statement-breakpoint
CREATE TABLE `plugin_config` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` integer NOT NULL,
	`plugin_id` integer NOT NULL,
	`plugin_version_id` integer NOT NULL,
	`name` text,
	`enabled` integer DEFAULT false NOT NULL,
	`order` integer NOT NULL,
	`config` text NOT NULL,
	`on_error` text DEFAULT 'pass' NOT NULL,
	`grants` text,
	`limits` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `team`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugin`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`plugin_id`,`plugin_version_id`) REFERENCES `plugin_version`(`plugin_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `plugin_config_team` ON `plugin_config` (`team_id`,`order`);--> statement-breakpoint
CREATE INDEX `plugin_config_plugin` ON `plugin_config` (`plugin_id`);--> statement-breakpoint
CREATE TABLE `plugin_version` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`plugin_id` integer NOT NULL,
	`hash` text NOT NULL,
	`tag` text,
	`manifest` text NOT NULL,
	`bundle_key` text NOT NULL,
	`inspected` text NOT NULL,
	`size` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugin`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugin_version_hash` ON `plugin_version` (`plugin_id`,`hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `plugin_version_plugin` ON `plugin_version` (`plugin_id`,`id`);--> statement-breakpoint
CREATE TABLE `team` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`name` text NOT NULL,
	`posthog_host` text,
	`posthog_api_key` text,
	`posthog_from_env` integer DEFAULT false NOT NULL,
	`shards` integer DEFAULT 1 NOT NULL,
	`anonymize_ips` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "team_shards" CHECK("team"."shards" >= 1)
);
--> statement-breakpoint
CREATE INDEX `team_organization` ON `team` (`organization_id`);