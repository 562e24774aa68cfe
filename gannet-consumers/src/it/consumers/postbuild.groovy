// Whatever the BOM names has been installed with its sources and its Javadoc, too.
import java.util.zip.ZipFile
import javax.xml.parsers.DocumentBuilderFactory

// There may be earlier versions beside it.
def installed = { String module, String ending ->
  new File(localRepositoryPath, "io/gannet/$module/$gannetVersion/$module-$gannetVersion$ending")
}
def entries = { File jar ->
  assert jar.file : "$jar.name is missing"
  new ZipFile(jar).withCloseable { it.entries()*.name }
}

def bom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(installed('gannet-bom', '.pom'))
def modules = bom.getElementsByTagName('dependency').collect {
  it.getElementsByTagName('artifactId').item(0).textContent
}
assert !modules.empty
modules.each { module ->
  def classes = entries(installed(module, '.jar')).findAll {
    it.endsWith('.class') && it != 'module-info.class'
  }
  def sources = entries(installed(module, '-sources.jar'))
  def javadoc = entries(installed(module, '-javadoc.jar'))
  assert classes.empty || sources.any { it.endsWith('.java') } : "no sources of $module"
  assert classes.every { it.contains('/internal/') } || 'index.html' in javadoc : "no Javadoc of $module"
  assert !javadoc.any { it.contains('/internal/') } : "Javadoc of what is internal in $module"
}
return true
