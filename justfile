# What can be done here; `just` alone lists it.
_:
    @just --list --unsorted

# Serve the embedded company
serve *ARGS:
    cargo run --release -- serve {{ARGS}}

# Run the Rust tests
test *ARGS:
    cargo test {{ARGS}}

# Everything that CI checks
check:
    .ci/run

# Lay the code out
fmt:
    cargo fmt

# Have the lints look at everything
lint:
    cargo clippy --all-targets -- -D warnings

# Drive the vendors' own client libraries
clients *ARGS:
    cargo build --release
    tests/clients/run {{ARGS}}

# Write the committed OpenAPI documents anew
documents:
    UPDATE_OPENAPI=1 cargo test --test it documents

# Measure the core without sockets
bench *ARGS:
    cargo bench --bench world {{ARGS}}

# Measure against a bare axum server on this machine
load *ARGS:
    cargo bench --bench load -- {{ARGS}}

# Build the image
image:
    docker build -f docker/Dockerfile -t rolecall .
