import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ContactCount } from './contact-count.entity';
import { ContactErasure } from './contact-erasure';
import { ContactUpsert } from './contact-upsert';
import { Contact } from './contact.entity';
import { ContactsController } from './contacts.controller';
import { ContactsRepository } from './contacts.repository';
import { ContactsService } from './contacts.service';

@Module({
  imports: [TypeOrmModule.forFeature([Contact, ContactCount])],
  controllers: [ContactsController],
  providers: [ContactsService, ContactsRepository, ContactUpsert, ContactErasure],
  exports: [ContactsService, ContactUpsert, ContactErasure],
})
export class ContactsModule {}
