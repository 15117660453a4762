import { SignatureV4 } from '@smithy/signature-v4';

/** In place of S3's signer for access points of many regions, of which we have none: the one for a bucket in its region. */
export class SignatureV4MultiRegion extends SignatureV4 {
  /** Which library would sign for many regions. */
  static sigv4aDependency(): 'none' {
    return 'none';
  }
}

/** For directory buckets, of which we have none either. */
export { SignatureV4 as SignatureV4SignWithCredentials } from '@smithy/signature-v4';
