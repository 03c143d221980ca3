CREATE TABLE `recording` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`json` text NOT NULL
);
