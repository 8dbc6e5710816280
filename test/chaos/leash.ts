/** Loaded ahead of every program: whatever ends the run ends its processes too. */
process.channel?.unref();
process.on('disconnect', () => process.exit(1));
