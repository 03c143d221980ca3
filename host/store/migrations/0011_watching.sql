CREATE TABLE `roll_up` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`team_id` integer NOT NULL,
	`shard` integer NOT NULL,
	`counters` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `team`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roll_up_object` ON `roll_up` (`team_id`,`shard`);--> statement-breakpoint
ALTER TABLE `team` ADD `log_retention_days` integer DEFAULT 7 NOT NULL;