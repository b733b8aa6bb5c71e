# Everything that must hold before a change is taken.
check:
    .ci/run

# Write every generated and expected file anew; read the diff before you keep it.
bless:
    BLESS=1 cargo test -p naru-contract-tests
    BLESS=1 cargo test -p naru-gateway

# Everything running, with faked platforms; nothing leaves this machine.
run:
    cargo run -- demo

# The tests that need PostgreSQL and a browser, made compulsory.
pg:
    NARU_TEST_REQUIRE=postgres,chromium cargo test
