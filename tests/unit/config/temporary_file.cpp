#include "temporary_file.hpp"

#include <stdlib.h>  // mkdtemp

#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace tsflow::testing {

TemporaryFile::TemporaryFile(std::string_view name, std::string_view content) {
    std::string folder = (std::filesystem::temp_directory_path() / "tsflow-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) {
        throw std::runtime_error("cannot make the folder " + folder);
    }
    path_ = std::filesystem::path{folder} / name;
    std::ofstream stream(path_, std::ios::binary);
    stream << content;
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
}

}  // namespace tsflow::testing
