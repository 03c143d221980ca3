CREATE TABLE `ledger` (
	`account` text NOT NULL,
	`plugin_config_id` integer NOT NULL,
	`events` integer NOT NULL,
	PRIMARY KEY(`account`, `plugin_config_id`)
);
--> statement-breakpoint
INSERT INTO `ledger` SELECT 'accepted', 0, (SELECT count(*) FROM `inbox`) + (SELECT count(*) FROM `outbox`);
