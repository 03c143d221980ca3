ALTER TABLE `organization` ADD `erasing_at` integer;--> statement-breakpoint
ALTER TABLE `team` ADD `most_shards` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- How many there were before, nobody has written down; there can have been no more.
UPDATE `team` SET `most_shards` = 32;--> statement-breakpoint
ALTER TABLE `team` ADD `erasing_at` integer;--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`organization_id` integer,
	`team_id` integer,
	`role` text NOT NULL,
	`token_id` integer,
	`token_label` text,
	`scope` text NOT NULL,
	`item_id` integer,
	`activity` text NOT NULL,
	`detail` text NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`team_id`) REFERENCES `team`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_audit_log`("id", "at", "organization_id", "team_id", "role", "token_id", "token_label", "scope", "item_id", "activity", "detail") SELECT "id", "at", "organization_id", "team_id", "role", "token_id", "token_label", "scope", "item_id", "activity", "detail" FROM `audit_log`;--> statement-breakpoint
DROP TABLE `audit_log`;--> statement-breakpoint
ALTER TABLE `__new_audit_log` RENAME TO `audit_log`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `audit_log_organization` ON `audit_log` (`organization_id`);--> statement-breakpoint
CREATE INDEX `audit_log_team` ON `audit_log` (`team_id`);