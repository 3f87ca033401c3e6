// Goal: our hashes verify, hashes brought along verify, and no text that is handed in as a hash
// costs more than the limits allow. Method: vectors that other implementations published, and
// every part of a hash bent in turn.

#include "veche/crypto/password.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::crypto {
namespace {

constexpr std::array<std::byte, 16> salt{std::byte{1}, std::byte{2}, std::byte{3}};

/// From the tests of the reference implementation of Argon2: "password", two lanes.
const std::string reference_argon2 =
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";

/// From the tests of jBCrypt: "abc".
const std::string reference_bcrypt = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";

std::string argon2(const std::string& parameters) {
  return "$argon2id$v=19$" + parameters + "$c29tc2FsdHNvbWVzYWx0$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f";
}

TEST_SUITE("crypto/password: Argon2id") {
  TEST_CASE("a password verifies against its hash, another does not") {
    const std::string hash = hash_password("password123", salt);
    CHECK(hash.substr(0, 54) == "$argon2id$v=19$m=19456,t=2,p=1$AQIDAAAAAAAAAAAAAAAAAA$");
    CHECK(hash.size() == 97);
    CHECK(verify_password("password123", hash));
    CHECK_FALSE(verify_password("password124", hash));
    CHECK_FALSE(verify_password("", hash));
    CHECK(is_password_hash(hash));
    CHECK_FALSE(needs_rehash(hash));
  }

  TEST_CASE("another salt gives another hash") {
    constexpr std::array<std::byte, 16> other{std::byte{9}};
    CHECK(hash_password("x", salt) != hash_password("x", other));
    CHECK(hash_password("x", salt) == hash_password("x", salt));
  }

  TEST_CASE("a password is taken whole: long, with U+0000, of any script") {
    const std::string longer = std::string(128, 'x') + "y";
    const std::string hash = hash_password(longer, salt);
    CHECK(verify_password(longer, hash));
    CHECK_FALSE(verify_password(longer.substr(0, 128), hash));
    const std::string with_zero{"pass\0word", 9};
    CHECK_FALSE(verify_password("pass", hash_password(with_zero, salt)));
    CHECK(verify_password("пароль 😀", hash_password("пароль 😀", salt)));
  }

  TEST_CASE("the reference implementation's hash verifies, and asks for a new one") {
    CHECK(verify_password("password", reference_argon2));
    CHECK_FALSE(verify_password("Password", reference_argon2));
    CHECK(needs_rehash(reference_argon2));
  }
}

TEST_SUITE("crypto/password: bcrypt") {
  TEST_CASE("published hashes verify") {
    CHECK(verify_password("abc", reference_bcrypt));
    CHECK(verify_password("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"));
    CHECK(verify_password("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    CHECK(verify_password("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    CHECK(needs_rehash(reference_bcrypt));
  }

  TEST_CASE("another password, or one cut by U+0000, does not") {
    CHECK_FALSE(verify_password("abd", reference_bcrypt));
    CHECK_FALSE(verify_password("", reference_bcrypt));
    CHECK_FALSE(verify_password({"abc\0d", 5}, reference_bcrypt));
    CHECK_FALSE(verify_password(std::string(10'000, 'x'), reference_bcrypt));
  }

  TEST_CASE("the cost is limited on both sides") {
    for (const auto* cost : {"00", "03", "15", "31", "99", "1x", "-1", " 6"}) {
      std::string hash = reference_bcrypt;
      hash.replace(4, 2, cost);
      CHECK_FALSE(is_password_hash(hash));
      CHECK_FALSE(verify_password("abc", hash));
    }
    std::string hash = reference_bcrypt;
    CHECK(is_password_hash(hash.replace(4, 2, "04")));
    CHECK(is_password_hash(hash.replace(4, 2, "14")));
  }
}

TEST_SUITE("crypto/password: foreign hashes") {
  TEST_CASE("forms that are none of the three are refused") {
    for (const auto* bad :
         {"", "$", "password", "$2y$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
          "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0",
          "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0ii",
          "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0!",
          "$2a$06xIf6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
          "$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f",
          "$argon2id$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f",
          "$argon2id$v=16$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f",
          "$1$salt$5C5ErBuMhP1kSl/QGoCbE/", "*0", "$5$rounds=999999999$a$b"}) {
      CAPTURE(bad);
      CHECK_FALSE(is_password_hash(bad));
      CHECK_FALSE(verify_password("password", bad));
      CHECK(needs_rehash(bad));
    }
  }

  TEST_CASE("Argon2id costs up to the limits pass, beyond them not") {
    for (const auto* good : {"m=8,t=1,p=1", "m=65536,t=10,p=16", "m=65536,t=3,p=4"}) {
      CAPTURE(good);
      CHECK(is_password_hash(argon2(good)));
    }
    for (const auto* bad : {"m=65537,t=1,p=1", "m=4294967295,t=1,p=1", "m=4294967296,t=1,p=1",
                            "m=8,t=11,p=1", "m=256,t=1,p=17", "m=15,t=1,p=2", "m=0,t=1,p=1",
                            "m=8,t=0,p=1", "m=8,t=1,p=0", "m=-8,t=1,p=1", "m=08,t=1,p=1", "m=8,t=1",
                            "t=1,m=8,p=1", "m=8,t=1,p=1,", "m=,t=1,p=1", "m= 8,t=1,p=1"}) {
      CAPTURE(bad);
      CHECK_FALSE(is_password_hash(argon2(bad)));
      CHECK_FALSE(verify_password("password", argon2(bad)));
    }
  }

  TEST_CASE("salt and hash are base64 without padding, of a sane length") {
    const std::string start = "$argon2id$v=19$m=8,t=1,p=1$";
    const std::string hash = "$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f";
    CHECK(is_password_hash(start + "c29tZXNhbHQ" + hash));
    for (const auto& bad :
         {start + "c29tZXNhbHQ=" + hash, start + "c29tZXNhbHR" + hash, start + "c29t" + hash,
          start + hash, start + "c29tZXNhbHQ", start + "c29tZXNhbHQ$", start + "c29tZXNhbHQ$bQk8",
          start + "c29tZXNhbHQ" + hash + "$", start + "c29tZXNhbH_" + hash,
          start + "c29tZXNhbHQxx" + hash, start + "c29tZXNhbHQ" + hash + std::string(80, 'A')}) {
      CAPTURE(bad);
      CHECK_FALSE(is_password_hash(bad));
      CHECK_FALSE(verify_password("password", bad));
    }
  }

  TEST_CASE("no cut and no changed character of a hash lets the password in") {
    CHECK(rc::check([] {
      const auto& whole = *rc::gen::element(reference_argon2, reference_bcrypt);
      const std::string password = whole == reference_bcrypt ? "abc" : "password";
      const auto at = *rc::gen::inRange<std::size_t>(0, whole.size());
      std::string bent = whole;
      bent[at] = *rc::gen::arbitrary<char>();
      RC_PRE(bent[at] != whole[at]);
      // $2b$ is as good as $2a$, more rounds are only slow, the last characters have spare bits.
      RC_PRE(at >= 7 || whole != reference_bcrypt);
      RC_PRE(at + 1 < whole.size());
      RC_ASSERT_FALSE(verify_password(password, bent));
      RC_ASSERT_FALSE(verify_password(password, whole.substr(0, at)));
    }));
  }
}

}  // namespace
}  // namespace veche::crypto
