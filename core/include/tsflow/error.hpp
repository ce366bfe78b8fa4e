#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include "tsflow/export.hpp"

namespace tsflow {

/// Base of all errors that tsflow throws on purpose. A node that throws it (or any other
/// `std::exception`) has failed; the host names the node and acts by its `on_error` setting.
class TSFLOW_API Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    ~Error() override;
};

/// The pipeline file asks for something that cannot be: thrown by `bind()`, `outputs()` and
/// constructors of nodes. The host turns it into a diagnostic that points at the option's line.
class TSFLOW_API ConfigError : public Error {
public:
    /// An error of the whole node; reported at its table header.
    explicit ConfigError(const std::string& message);
    /// An error of the option `option` (or of the host-owned key "inputs").
    ConfigError(std::string option, const std::string& message);
    /// As above, at byte `offset` inside the option's string value.
    ConfigError(std::string option, const std::string& message, std::size_t offset);
    ~ConfigError() override;

    const std::string& option() const noexcept { return option_; }
    std::optional<std::size_t> offset() const noexcept { return offset_; }

private:
    std::string option_;
    std::optional<std::size_t> offset_;
};

/// Something outside failed and may pass (a server is away, a disk is busy). Thrown by `open()`,
/// `poll()`, `write()` and `commit()`; the host calls the same method again, with back-off.
class TSFLOW_API RetryableError : public Error {
public:
    using Error::Error;
    ~RetryableError() override;
};

/// Thrown by `Emitter::emit()` when the pipeline is being aborted, so that a node blocked on a full
/// queue unwinds. Nodes let it pass; it is no `std::exception`, so that they do not catch it unawares.
struct TSFLOW_API Cancelled {};

}  // namespace tsflow
