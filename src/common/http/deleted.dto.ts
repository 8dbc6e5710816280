import { ApiProperty } from '@nestjs/swagger';

/** The answer to a DELETE. */
export class DeletedDto {
  @ApiProperty({ example: true })
  deleted!: true;

  @ApiProperty({ example: 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;
}
