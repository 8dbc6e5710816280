import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { CODE } from '../common/database/columns';

@Entity('organizations')
export class Organization {
  @PrimaryColumn(CODE)
  id!: string;

  @Column('text')
  name!: string;

  /** ISO 4217, upper case; events take it when they name none. */
  @Column('char', { length: 3, default: 'USD' })
  currency!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
