# Makes a .cpp file that holds the templates of `tsflow new`:
#   cmake -DOUTPUT=FILE.cpp -DFOLDER=templates -P templates.cmake
file(GLOB files ${FOLDER}/*.in)
set(cases "")
foreach(file IN LISTS files)
    cmake_path(GET file STEM LAST_ONLY name)
    file(READ ${file} text)
    string(APPEND cases "    if (name == \"${name}\") {\n        return R\"template(${text})template\";\n    }\n")
endforeach()
file(WRITE ${OUTPUT}
    "#include \"cli/templates.hpp\"\n\nnamespace tsflow::cli {\n\n"
    "std::string_view template_text(std::string_view name) {\n${cases}    return {};\n}\n\n"
    "}  // namespace tsflow::cli\n")
