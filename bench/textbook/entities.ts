import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';

@Entity()
export class Event {
  @PrimaryColumn()
  id!: string;

  @Column()
  capacity!: number;
}

@Entity()
export class TicketClass {
  @PrimaryColumn()
  id!: string;

  @ManyToOne(() => Event, { nullable: false })
  event!: Event;

  @Column()
  name!: string;

  @Column()
  quantityTotal!: number;
}

@Entity()
export class Contact {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ unique: true })
  email!: string;

  @Column({ nullable: true })
  firstName?: string;

  @Column({ nullable: true })
  lastName?: string;
}

@Entity()
export class Ticket {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Index()
  @ManyToOne(() => Event, { nullable: false })
  event!: Event;

  @Index()
  @ManyToOne(() => TicketClass, { nullable: false })
  ticketClass!: TicketClass;

  @ManyToOne(() => Contact, { nullable: false })
  contact!: Contact;

  @Column()
  paymentId!: string;

  @Column({ unique: true })
  barcode!: string;

  @CreateDateColumn()
  createdAt!: Date;
}

@Entity()
@Unique(['apiKey', 'key'])
export class IdempotencyRecord {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column()
  apiKey!: string;

  @Column()
  key!: string;

  @Column('jsonb')
  response!: unknown;
}

export const ENTITIES = [Event, TicketClass, Contact, Ticket, IdempotencyRecord];
