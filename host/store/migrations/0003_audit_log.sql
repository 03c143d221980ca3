CREATE TABLE `audit_log` (
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
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_organization` ON `audit_log` (`organization_id`);--> statement-breakpoint
CREATE INDEX `audit_log_team` ON `audit_log` (`team_id`);