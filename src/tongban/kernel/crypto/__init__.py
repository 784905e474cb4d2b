"""Crypto (密码): encrypts, signs and hashes, with the algorithm and key beside every value.

Words   key ring (密钥环): the keys of a deployment, in one file
        use: enc (加密), hash (带密钥杂凑), sign (签名); one active key each
        purpose: the field a value belongs to, bound into the value
        provider (算法套件): an algorithm per use
Files   vault: what callers use · keyring: keys and rotation · providers: algorithms
        national: 国密 (SM2, SM3, SM4), with the extra `tongban[sm]`
        masking: 脱敏 for pages and logs · errors: what operators are told
Limits  2^32 values per encryption key; hash keys are not rotated (keyring.rotate says why)
Law     GB/T 39786-2021 (密评): the algorithm stands beside each value, so a deployment may move
        from one profile to the other and still read what it wrote before
"""

EVENTS: dict[str, str] = {}
