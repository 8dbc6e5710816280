import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttendeesModule } from '../attendees/attendees.module';
import { ContactsModule } from '../contacts/contacts.module';
import { LoyaltyAccount } from './loyalty-account.entity';
import { LoyaltyEntry } from './loyalty-entry.entity';
import { LoyaltyRewards } from './loyalty-rewards';
import { LoyaltyController } from './loyalty.controller';
import { LoyaltyRepository } from './loyalty.repository';
import { LoyaltyService } from './loyalty.service';

/** Points for guests who come, to be redeemed for whatever the organizer offers. */
@Module({
  imports: [TypeOrmModule.forFeature([LoyaltyAccount, LoyaltyEntry]), ContactsModule, AttendeesModule],
  controllers: [LoyaltyController],
  providers: [LoyaltyService, LoyaltyRewards, LoyaltyRepository],
})
export class LoyaltyModule {}
