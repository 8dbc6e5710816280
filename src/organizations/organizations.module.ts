import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authenticator } from '../common/auth/authenticator';
import { ApiKeyAuthenticator } from './api-key-authenticator';
import { ApiKey } from './api-key.entity';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysRepository } from './api-keys.repository';
import { ApiKeysService } from './api-keys.service';
import { Organization } from './organization.entity';
import { OrganizationsService } from './organizations.service';

/** Who may use Usher: organizations and their API keys. Global, because the API-key guard is. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Organization, ApiKey])],
  controllers: [ApiKeysController],
  providers: [
    OrganizationsService,
    ApiKeysService,
    ApiKeysRepository,
    ApiKeyAuthenticator,
    { provide: Authenticator, useExisting: ApiKeyAuthenticator },
  ],
  exports: [OrganizationsService, ApiKeysService, Authenticator],
})
export class OrganizationsModule {}
