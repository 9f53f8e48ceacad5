# Checks that an address answers over HTTP with the expected status and, if asked for, with a certain text.
# Facts: httpStatus (000 without an answer), httpHealthy (true or false).
# Exit codes: 0 it does, 1 it does not, 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$url = [string] $env:PATCHBAY_URL
$expected = Read-Number 'PATCHBAY_EXPECTED_STATUS' 200 100
$text = [string] $env:PATCHBAY_EXPECTED_TEXT
$limit = Read-Number 'PATCHBAY_TIMEOUT_SECONDS' 10 1
if ($url -notmatch '^https?://[^\s]+$') {
    Stop-Script 2 'PATCHBAY_URL must begin with http:// or https:// and hold no blanks'
}

$manager = [System.Net.ServicePointManager]
$manager::SecurityProtocol = $manager::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
if ($env:PATCHBAY_VERIFY_CERTIFICATE -eq 'false') {
    # It is called on another thread, where a script block cannot run.
    Add-Type -TypeDefinition @'
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
public static class AnyCertificate {
    public static readonly RemoteCertificateValidationCallback Accept = Answer;
    private static bool Answer(object sender, X509Certificate certificate, X509Chain chain, SslPolicyErrors errors) {
        return true;
    }
}
'@
    $manager::ServerCertificateValidationCallback = [AnyCertificate]::Accept
}

$status = '000'
$body = ''
$problem = ''
try {
    $request = [System.Net.WebRequest]::Create($url)
    $request.AllowAutoRedirect = $false
    $request.Timeout = $limit * 1000
    $request.ReadWriteTimeout = $limit * 1000
    try {
        $response = $request.GetResponse()
    }
    catch [System.Net.WebException] {
        # A status of 400 and above is an exception, but an answer all the same.
        $response = $_.Exception.Response
        if ($null -eq $response) { throw }
    }
    $status = "$([int] $response.StatusCode)"
    $reader = New-Object System.IO.StreamReader ($response.GetResponseStream())
    $body = $reader.ReadToEnd()
    $reader.Close()
}
catch {
    $problem = "no answer: $($_.Exception.GetBaseException().Message)"
}
Publish-Fact 'httpStatus' $status
if ($problem -eq '' -and $status -ne "$expected") { $problem = "answered with status $status, not $expected" }
if ($problem -eq '' -and $text -ne '' -and -not $body.Contains($text)) {
    $problem = 'the answer does not hold the expected text'
}
if ($problem -ne '') {
    Publish-Fact 'httpHealthy' 'false'
    Stop-Script 1 $problem
}
Write-Output "Answered with status $status."
Publish-Fact 'httpHealthy' 'true'
exit 0
