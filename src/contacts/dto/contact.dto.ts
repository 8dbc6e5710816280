import { ApiProperty } from '@nestjs/swagger';
import { CONTACT_STATUSES, type ContactStatus } from '../contact.entity';

export class ContactDto {
  @ApiProperty({ example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'ada@example.org' })
  email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada' })
  first_name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Lovelace' })
  last_name!: string | null;

  /** E.164. */
  @ApiProperty({ type: String, nullable: true, example: '+4915123456789' })
  phone_number!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Analyst' })
  job_title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Engines Ltd' })
  company!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'London' })
  location!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://ada.example.org' })
  website!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada-lovelace' })
  linkedin!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '@ada' })
  instagram!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '@ada' })
  twitter!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://github.com/ada' })
  github!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '1985-12-10' })
  birthday!: string | null;

  @ApiProperty({ type: [String], example: ['press'] })
  tags!: string[];

  @ApiProperty({ enum: CONTACT_STATUSES, example: 'active' })
  status!: ContactStatus;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}
