#include "tsflow/error.hpp"

#include <utility>

namespace tsflow {

// The destructors are here, and not in the header, so that this library alone holds the vtables and
// type_infos: an exception thrown in one plugin is then caught by type in the host.
Error::~Error() = default;

ConfigError::ConfigError(const std::string& message) : Error(message) {}

ConfigError::ConfigError(std::string option, const std::string& message)
    : Error(message), option_(std::move(option)) {}

ConfigError::ConfigError(std::string option, const std::string& message, std::size_t offset)
    : Error(message), option_(std::move(option)), offset_(offset) {}

ConfigError::~ConfigError() = default;

RetryableError::~RetryableError() = default;

}  // namespace tsflow
