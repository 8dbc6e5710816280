import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Metrics } from '../observability/metrics';

/** How much of its connections this process uses. */
@Injectable()
export class DatabaseMetrics {
  constructor(metrics: Metrics, dataSource: DataSource) {
    const { master: pool } = dataSource.driver as unknown as { master: Pool };
    metrics.gaugeOf(
      'usher_database_pool_connections',
      'Connections to PostgreSQL that are open',
      () => pool.totalCount,
    );
    metrics.gaugeOf(
      'usher_database_pool_idle_connections',
      'Open connections that nobody uses',
      () => pool.idleCount,
    );
    metrics.gaugeOf(
      'usher_database_pool_waiting_requests',
      'Pieces of work that wait for a connection because DATABASE_POOL_SIZE are in use',
      () => pool.waitingCount,
    );
  }
}
